import { HEADER, POSTGRES_EPOCH_MS, TRAILER_BYTES, TWO_TO_32 } from '../copy/binary-format.js';
import { copyIn } from '../copy/copy.js';
import type { PoolClient } from '../pool.js';
import { codeOf } from '../postgres-error.js';
import type { StagedRow } from './staged-row.js';

/** A row that was taken for new was stored already. The batch is tried anew, and nothing taken for new. */
export class StoredAlreadyError extends Error {
  /** serialization_failure: the same batch may succeed. */
  readonly code = '40001';

  constructor(cause: unknown) {
    super('a reading that was taken for new was stored already', { cause });
  }
}

const UNIQUE_VIOLATION = '23505';

/** In the order of the table, which the encoder writes. */
const COLUMNS = 'ts, value, transaction_id, received_at, batch_id, series_id, context, quality';
const FIELDS = 8;
/** Field count, then a length and the bytes of each field. */
const ROW_BYTES = 2 + FIELDS * 4 + (8 + 8 + 8 + 8 + 8 + 4 + 2 + 2);

/**
 * Rows straight into `readings`: no look for what conflicts, and several rows a page at a time.
 *
 * @param rows sorted by key, so that two connections that write the same keys wait for each other instead of deadlocking.
 * @throws StoredAlreadyError and the transaction is of no more use.
 */
export async function copyReadings(
  client: PoolClient,
  rows: readonly StagedRow[],
  batchId: number,
): Promise<void> {
  try {
    await copyIn(client, `readings (${COLUMNS})`, encodeReadings(rows, batchId));
  } catch (error) {
    throw codeOf(error) === UNIQUE_VIOLATION ? new StoredAlreadyError(error) : error;
  }
}

/** Rows in PostgreSQL's binary COPY format. Plain and quick: it sees nearly every reading. */
export function encodeReadings(rows: readonly StagedRow[], batchId: number): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER.length + rows.length * ROW_BYTES + TRAILER_BYTES);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  HEADER.copy(buffer);
  let at = HEADER.length;

  const int64 = (value: number): void => {
    view.setInt32(at, 8);
    view.setInt32(at + 4, Math.floor(value / TWO_TO_32));
    // Conversion to uint32 is modulo 2^32, for negative numbers as well.
    view.setUint32(at + 8, value);
    at += 12;
  };
  const int16 = (value: number): void => {
    view.setInt32(at, 2);
    view.setInt16(at + 4, value);
    at += 6;
  };

  for (const row of rows) {
    view.setInt16(at, FIELDS);
    at += 2;
    int64((row.timestampMs - POSTGRES_EPOCH_MS) * 1000);
    view.setInt32(at, 8);
    view.setFloat64(at + 4, row.value);
    at += 12;
    if (row.transactionId === null) {
      view.setInt32(at, -1);
      at += 4;
    } else {
      int64(row.transactionId);
    }
    int64((row.receivedAtMs - POSTGRES_EPOCH_MS) * 1000);
    int64(batchId);
    view.setInt32(at, 4);
    view.setInt32(at + 4, row.seriesId);
    at += 8;
    int16(row.contextId);
    int16(row.quality);
  }
  view.setInt16(at, -1);
  return buffer.subarray(0, at + TRAILER_BYTES);
}
