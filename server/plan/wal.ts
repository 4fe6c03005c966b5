import { COEFFICIENTS } from './coefficients.js';
import type { Traffic } from './workload.js';

/** Bytes of PostgreSQL's write-ahead log a day. */
export function walPerDay({ readingsPerDay }: Traffic): number {
  const { walBytesPerReading, aggregateRowsPerReading, walBytesPerAggregateRow } = COEFFICIENTS;
  const ofAggregates = aggregateRowsPerReading.value * walBytesPerAggregateRow.value;
  return readingsPerDay * (walBytesPerReading.value + ofAggregates);
}

export const WAL_COEFFICIENTS = [
  'walBytesPerReading',
  'aggregateRowsPerReading',
  'walBytesPerAggregateRow',
] as const;
