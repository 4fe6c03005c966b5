import { HEADER, POSTGRES_EPOCH_MS, TRAILER_BYTES, TWO_TO_32 } from '../copy/binary-format.js';
import type { StagedRow } from './staged-row.js';

/** Columns of the staging table, in the order in which the encoder writes them. */
export const STAGED_COLUMNS = `ord integer not null,
  series_id integer not null,
  ts timestamptz not null,
  value double precision not null,
  transaction_id bigint,
  received_at timestamptz not null,
  context smallint not null,
  quality smallint not null`;

const FIELDS = 8;
/** Field count, then a length and the bytes of each field. */
const ROW_BYTES = 2 + FIELDS * 4 + (4 + 4 + 8 + 8 + 8 + 8 + 2 + 2);
/**
 * Rows in PostgreSQL's binary COPY format, `ord` being their index. Plain and quick: it sees every reading.
 */
export function encodeStagedRows(rows: readonly StagedRow[]): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER.length + rows.length * ROW_BYTES + TRAILER_BYTES);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  HEADER.copy(buffer);
  let at = HEADER.length;
  let ord = 0;

  const int16 = (value: number): void => {
    view.setInt32(at, 2);
    view.setInt16(at + 4, value);
    at += 6;
  };
  const int32 = (value: number): void => {
    view.setInt32(at, 4);
    view.setInt32(at + 4, value);
    at += 8;
  };
  const int64 = (value: number): void => {
    view.setInt32(at, 8);
    view.setInt32(at + 4, Math.floor(value / TWO_TO_32));
    // Conversion to uint32 is modulo 2^32, for negative numbers as well.
    view.setUint32(at + 8, value);
    at += 12;
  };

  for (const row of rows) {
    view.setInt16(at, FIELDS);
    at += 2;
    int32(ord++);
    int32(row.seriesId);
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
    int16(row.contextId);
    int16(row.quality);
  }
  view.setInt16(at, -1);
  return buffer.subarray(0, at + TRAILER_BYTES);
}
