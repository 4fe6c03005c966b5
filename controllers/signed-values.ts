import {
  signedValuesCursor,
  type SignedValuesCursor,
  type SignedValuesQuery,
} from '../routes/query/signed-values-query.js';
import type { ReadDatabase } from '../store/read/read-database.js';
import { visibleChargePoints } from '../store/read/visible-charge-points.js';
import { readSignedValues, type StoredSignedValue } from '../store/read/signed-values.js';
import { answerList } from './list.js';

/** Each may have 32 KiB, with its key. */
const EXPORT_PAGE_ROWS = 100;

const COLUMNS = [
  'id',
  'chargePointId',
  'evseId',
  'connectorId',
  'measurand',
  'phase',
  'location',
  'context',
  'timestamp',
  'transactionId',
  'encoding',
  'signingMethod',
  'publicKey',
  'data',
  'receivedAt',
];

export function signedValuesController(database: ReadDatabase) {
  return answerList<SignedValuesQuery, StoredSignedValue, SignedValuesCursor>(database, {
    columns: COLUMNS,
    exportPageRows: EXPORT_PAGE_ROWS,
    read: async (run, query, { sites, after, limit }) =>
      readSignedValues(run, {
        chargePointIds: (await visibleChargePoints(run, query.chargePointId, sites)).chargePointIds ?? [],
        transactionId: query.transactionId,
        fromMs: query.from,
        toMs: query.to,
        before: after && { timestampMs: after[0], id: after[1] },
        limit,
      }),
    present: (value) => ({
      ...value,
      timestamp: value.timestamp.toISOString(),
      receivedAt: value.receivedAt.toISOString(),
    }),
    keyOf: ({ timestamp, id }) => [timestamp.getTime(), id],
    cursorOf: signedValuesCursor,
  });
}
