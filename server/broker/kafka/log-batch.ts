import type { Batch } from 'kafkajs';
import type { LogBatch } from '../message-log.js';

/** kafkajs' batch in the port's terms; null when it has no records. Values stay views on what was fetched. */
export function toLogBatch(batch: Batch): LogBatch | null {
  const records = batch.messages.map(({ offset, key, value }) => ({
    offset: Number(offset),
    key: key === null ? null : key.toString(),
    value,
  }));
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) return null;
  return {
    partition: batch.partition,
    records,
    firstOffset: first.offset,
    lastOffset: last.offset,
    highWatermark: Number(batch.highWatermark),
  };
}
