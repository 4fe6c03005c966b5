import {
  transactionsCursor,
  type TransactionsCursor,
  type TransactionsQuery,
} from '../routes/query/transactions-query.js';
import type { ReadDatabase } from '../store/read/read-database.js';
import {
  readTransactions,
  TRANSACTION_STATUSES,
  type ChargingSession,
  type TransactionStatus,
} from '../store/read/transactions.js';
import { answerList } from './list.js';

const COLUMNS = [
  'id',
  'chargePointId',
  'evseId',
  'connectorId',
  'status',
  'idTag',
  'startedAt',
  'meterStartWh',
  'endedAt',
  'meterStopWh',
  'reason',
  'energyWh',
];

export function transactionsController(database: ReadDatabase) {
  return answerList<TransactionsQuery, ChargingSession, TransactionsCursor>(database, {
    columns: COLUMNS,
    read: (run, query, after, limit) =>
      readTransactions(run, {
        chargePointIds: query.chargePointId,
        statuses: statusesOf(query.status),
        connectorId: query.connectorId,
        fromMs: query.from,
        toMs: query.to,
        before: after && { atMs: after[0], rowId: after[1] },
        limit,
      }),
    present: presentSession,
    keyOf: ({ startedAt, endedAt, rowId }) => [(startedAt ?? endedAt)?.getTime() ?? null, rowId],
    cursorOf: transactionsCursor,
  });
}

/** A name that came with readings is no session that anybody told of: it is listed when asked for. */
function statusesOf(asked: TransactionsQuery['status']): readonly TransactionStatus[] {
  if (asked === 'all') return TRANSACTION_STATUSES;
  return asked === undefined ? TRANSACTION_STATUSES.filter((status) => status !== 'observed') : [asked];
}

function presentSession(session: ChargingSession) {
  const { meterStartWh, meterStopWh } = session;
  return {
    id: session.id,
    chargePointId: session.chargePointId,
    evseId: session.evseId,
    connectorId: session.connectorId,
    status: session.status,
    idTag: session.idTag,
    startedAt: session.startedAt?.toISOString() ?? null,
    meterStartWh,
    endedAt: session.endedAt?.toISOString() ?? null,
    meterStopWh,
    reason: session.reason,
    energyWh: meterStartWh === null || meterStopWh === null ? null : meterStopWh - meterStartWh,
  };
}
