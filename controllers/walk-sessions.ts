import type { Direction } from '../store/read/energy.js';
import type { Query } from '../store/read/read-database.js';
import { readSessionFigures, type SessionFigures } from '../store/read/session-figures.js';
import {
  readTransactions,
  WALK_SESSIONS,
  type ChargingSession,
  type TransactionPosition,
  type TransactionsQuestion,
} from '../store/read/transactions.js';
import { MAX_PAGE_SESSIONS } from './cost-guard.js';

export interface FiguredSession extends ChargingSession {
  /** undefined: the aggregates have nothing of it. */
  readonly figures: SessionFigures | undefined;
}

export interface SessionWalk {
  readonly question: Omit<TransactionsQuestion, 'before' | 'limit'>;
  /** Whose energy: which way it flowed. */
  readonly direction: Direction;
  /** What the statement can't tell by an index; before the figures are read. */
  isAsked(session: ChargingSession): boolean;
  readonly before: TransactionPosition | undefined;
  /** Rows that are read first. */
  readonly firstRows: number;
}

interface SessionStep {
  readonly sessions: readonly FiguredSession[];
  /** The walk went on to here, whether anything was asked for or not. */
  readonly reached: TransactionPosition;
  /** Rows that were looked at. */
  readonly rows: number;
}

const MAX_ROWS = 2_000;
const GROWTH = 4;

/** Passes sessions, newest first. It takes more at once where few are what was asked for. */
export async function* walkSessions(run: Query, walk: SessionWalk): AsyncGenerator<SessionStep> {
  await run(WALK_SESSIONS);
  let { before } = walk;
  let size = Math.min(walk.firstRows, MAX_ROWS);
  for (;;) {
    const rows = await readTransactions(run, { ...walk.question, before, limit: size });
    const last = rows.at(-1);
    if (last === undefined) return;
    const asked = rows.filter((session) => walk.isAsked(session));
    const figures = await readSessionFigures(
      run,
      asked.map(({ rowId }) => rowId),
      walk.direction,
    );
    before = sessionPosition(last);
    yield {
      sessions: asked.map((session) => ({ ...session, figures: figures.get(session.rowId) })),
      reached: before,
      rows: rows.length,
    };
    if (rows.length < size) return;
    size = Math.min(size * GROWTH, MAX_ROWS);
  }
}

/**
 * One page of a walk. `after` is where the next one goes on; undefined: there is none. A page ends early when too many rows
 * were looked at for it.
 */
export async function pageOfSessions<Item>(
  walk: AsyncIterable<SessionStep>,
  limit: number,
  present: (session: FiguredSession) => Item | undefined,
): Promise<{ items: Item[]; after: TransactionPosition | undefined }> {
  const items: Item[] = [];
  let shown: TransactionPosition | undefined;
  let rows = 0;
  for await (const step of walk) {
    for (const session of step.sessions) {
      const item = present(session);
      if (item === undefined) continue;
      if (items.length === limit) return { items, after: shown };
      items.push(item);
      shown = sessionPosition(session);
    }
    rows += step.rows;
    if (rows >= MAX_PAGE_SESSIONS) return { items, after: step.reached };
  }
  return { items, after: undefined };
}

export function sessionPosition(session: ChargingSession): TransactionPosition {
  const { startedAt, firstReadingAt, endedAt, rowId } = session;
  return { atMs: (startedAt ?? firstReadingAt ?? endedAt)?.getTime() ?? null, rowId };
}
