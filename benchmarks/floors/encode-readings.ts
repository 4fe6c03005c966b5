import type { Reading } from '../../protocol/reading.js';

export interface FloorRow {
  readonly reading: Reading;
  readonly seriesId: number;
  readonly contextId: number;
  /** ms since 1970 UTC. */
  readonly receivedAt: number;
}

const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const TRAILER = Buffer.from([0xff, 0xff]);
/** timestamptz counts microseconds from 2000-01-01. */
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);
/** Eight fields with a length each: ts, value, transaction_id, received_at, batch_id, series_id, context, quality. */
const ROW_BYTES = 2 + 8 * 4 + 8 + 8 + 8 + 8 + 8 + 4 + 2 + 2;

/** Rows of `readings` in PostgreSQL's binary COPY format. */
export function encodeReadings(rows: readonly FloorRow[]): Buffer {
  const body = Buffer.alloc(rows.length * ROW_BYTES);
  let at = 0;
  const int64 = (value: bigint): void => {
    at = body.writeInt32BE(8, at);
    at = body.writeBigInt64BE(value, at);
  };
  const int16 = (value: number): void => {
    at = body.writeInt32BE(2, at);
    at = body.writeInt16BE(value, at);
  };
  const time = (ms: number): void => int64(BigInt(ms - POSTGRES_EPOCH_MS) * 1_000n);
  for (const { reading, seriesId, contextId, receivedAt } of rows) {
    at = body.writeInt16BE(8, at);
    time(reading.timestampMs);
    at = body.writeInt32BE(8, at);
    at = body.writeDoubleBE(reading.value, at);
    int64(BigInt(Number(reading.transactionId) || 0));
    time(receivedAt);
    int64(1n);
    at = body.writeInt32BE(4, at);
    at = body.writeInt32BE(seriesId, at);
    int16(contextId);
    int16(reading.quality);
  }
  return Buffer.concat([HEADER, body, TRAILER]);
}
