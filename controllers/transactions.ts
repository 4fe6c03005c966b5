import type { ExportQuery } from '../routes/query/export-query.js';
import { transactionsCursor, type TransactionsQuery } from '../routes/query/transactions-query.js';
import type { Query, ReadDatabase } from '../store/read/read-database.js';
import {
  TRANSACTION_STATUSES,
  type ChargingSession,
  type TransactionStatus,
} from '../store/read/transactions.js';
import { visibleChargePoints } from '../store/read/visible-charge-points.js';
import { ok, type Answer } from './answer.js';
import { EXPORT_PAGE_ROWS, rowStream, type ListRequest } from './list.js';
import { presentSession, SESSION_COLUMNS } from './present-session.js';
import type { RowStream } from './row-stream.js';
import { SESSION_STATES, sessionState, type SessionState } from './session-state.js';
import { sitesOf } from './sites-of.js';
import { pageOfSessions, walkSessions } from './walk-sessions.js';

/** `now` gives ms since 1970: whether a session is abandoned depends on it. */
export function transactionsController(database: ReadDatabase, now: () => number = Date.now) {
  return {
    list: ({ principal, query }: ListRequest<TransactionsQuery>): Promise<Answer> =>
      database.read(async (run) => {
        const nowMs = now();
        const sites = sitesOf(principal);
        const walk = await walkOf(run, query, { sites, nowMs, firstRows: query.limit + 1 });
        const { items, after } = await pageOfSessions(walk, query.limit, (session) =>
          presentSession(session, nowMs),
        );
        return ok({
          items,
          nextCursor: after === undefined ? null : transactionsCursor([after.atMs, after.rowId]),
        });
      }),

    stream: ({ principal, query }: ListRequest<ExportQuery<TransactionsQuery>>): RowStream =>
      rowStream(database, SESSION_COLUMNS, async function* (run) {
        const nowMs = now();
        let left = query.limit ?? Infinity;
        const firstRows = Math.min(left, EXPORT_PAGE_ROWS);
        const sites = sitesOf(principal);
        for await (const { sessions } of await walkOf(run, query, { sites, nowMs, firstRows })) {
          yield sessions.slice(0, left).map((session) => presentSession(session, nowMs));
          left -= sessions.length;
          if (left <= 0) return;
        }
      }),
  };
}

async function walkOf(
  run: Query,
  query: ExportQuery<TransactionsQuery>,
  { sites, nowMs, firstRows }: { sites: readonly string[] | null; nowMs: number; firstRows: number },
) {
  const { cursor, connectorId, status } = query;
  const state = SESSION_STATES.find((each) => each === status);
  return walkSessions(run, {
    question: {
      ...(await visibleChargePoints(run, query.chargePointId, sites)),
      statuses: statusesOf(status),
      withMereNames: status === 'all' || status === 'observed',
      transactionId: query.transactionId,
      withPlace: connectorId !== undefined,
      fromMs: query.from,
      toMs: query.to,
    },
    direction: 'import',
    isAsked: (session: ChargingSession) =>
      (connectorId === undefined || session.placeConnectorId === connectorId) &&
      (state === undefined || sessionState(session, nowMs) === state),
    before: cursor && { atMs: cursor[0], rowId: cursor[1] },
    firstRows,
  });
}

const NOT_STOPPED: readonly TransactionStatus[] = ['active', 'observed'];

/** Where sessions of what was asked for can be. */
function statusesOf(asked: TransactionsQuery['status']): readonly TransactionStatus[] {
  if (asked === undefined || asked === 'all' || asked === 'closed') return TRANSACTION_STATUSES;
  return isState(asked) ? NOT_STOPPED : [asked];
}

function isState(asked: TransactionStatus | SessionState): asked is SessionState {
  return (SESSION_STATES as readonly string[]).includes(asked);
}
