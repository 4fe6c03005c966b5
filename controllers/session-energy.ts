import { energyCursor, type EnergyQuery } from '../routes/query/energy-query.js';
import type { ExportQuery } from '../routes/query/export-query.js';
import type { Direction } from '../store/read/energy.js';
import type { Query, ReadDatabase } from '../store/read/read-database.js';
import { TRANSACTION_STATUSES, type ChargingSession } from '../store/read/transactions.js';
import { visibleChargePoints } from '../store/read/visible-charge-points.js';
import { ok, type Answer } from './answer.js';
import { EXPORT_PAGE_ROWS, rowStream } from './list.js';
import { ENERGY_FIELDS, presentEnergy } from './present-energy.js';
import type { RowStream } from './row-stream.js';
import { sessionState, sessionTimes } from './session-state.js';
import { pageOfSessions, walkSessions, type FiguredSession } from './walk-sessions.js';

const COLUMNS = ['start', 'end', 'transactionId', 'chargePointId', 'evseId', 'connectorId', ...ENERGY_FIELDS];

/** Which way energy flowed, and of which sites; null: of all. */
interface Whose {
  readonly direction: Direction;
  readonly sites: readonly string[] | null;
}

/** The energy of charging sessions that began in a range, each as a whole; those of which none is known are left out. */
export function sessionEnergy(database: ReadDatabase, now: () => number) {
  return {
    page: async (run: Query, query: EnergyQuery, whose: Whose): Promise<Answer> => {
      const nowMs = now();
      const walk = await walkOf(run, query, { ...whose, firstRows: query.limit + 1 });
      const { items, after } = await pageOfSessions(walk, query.limit, (session) => present(session, nowMs));
      return ok({
        items,
        nextCursor: after === undefined ? null : energyCursor(['transaction', after.atMs, after.rowId]),
      });
    },

    stream: (query: ExportQuery<EnergyQuery>, whose: Whose): RowStream =>
      rowStream(database, COLUMNS, async function* (run) {
        const nowMs = now();
        let left = query.limit ?? Infinity;
        const firstRows = Math.min(left, EXPORT_PAGE_ROWS);
        for await (const { sessions } of await walkOf(run, query, { ...whose, firstRows })) {
          const items = sessions.flatMap((session) => present(session, nowMs) ?? []).slice(0, left);
          yield items;
          left -= items.length;
          if (left <= 0) return;
        }
      }),
  };
}

async function walkOf(
  run: Query,
  query: ExportQuery<EnergyQuery>,
  { direction, sites, firstRows }: Whose & { firstRows: number },
) {
  const { cursor, connectorId, site } = query;
  return walkSessions(run, {
    question: {
      ...(await visibleChargePoints(run, query.chargePointId, sites)),
      statuses: TRANSACTION_STATUSES,
      withMereNames: false,
      transactionId: undefined,
      withPlace: connectorId !== undefined,
      fromMs: query.from,
      toMs: query.to,
    },
    direction,
    isAsked: (session: ChargingSession) =>
      (connectorId === undefined || session.placeConnectorId === connectorId) &&
      (site === undefined || session.site === site),
    before: cursor?.[0] === 'transaction' ? { atMs: cursor[1], rowId: cursor[2] } : undefined,
    firstRows,
  });
}

function present(session: FiguredSession, nowMs: number) {
  const { figures } = session;
  const { start, end } = sessionTimes(session, sessionState(session, nowMs));
  // Without a start it isn't in the range.
  if (start === null || figures === undefined || figures.energy === null) return undefined;
  return {
    start: start.toISOString(),
    end: end?.toISOString() ?? null,
    transactionId: session.id,
    chargePointId: session.chargePointId,
    evseId: session.evseId ?? figures.evseId,
    connectorId: session.connectorId ?? figures.connectorId,
    ...presentEnergy(figures.energy),
  };
}
