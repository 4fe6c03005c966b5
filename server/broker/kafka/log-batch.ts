import type { Batch } from 'kafkajs';
import type { LogBatch } from '../message-log.js';

/**
 * kafkajs' batch in the port's terms; null when it has no records. Values stay views on what was fetched. First and last
 * offset are those of what was fetched, with the markers of transactions, of which there are no records.
 */
export function toLogBatch(batch: Batch): LogBatch | null {
  const firstOffset = batch.firstOffset();
  if (batch.isEmpty() || firstOffset === null) return null;
  return {
    partition: batch.partition,
    records: batch.messages.map(({ offset, key, value }) => ({
      offset: Number(offset),
      key: key === null ? null : key.toString(),
      value,
    })),
    firstOffset: Number(firstOffset),
    lastOffset: Number(batch.lastOffset()),
    highWatermark: Number(batch.highWatermark),
  };
}
