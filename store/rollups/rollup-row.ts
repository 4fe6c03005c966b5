import type { RowReader } from '../copy/row-reader.js';
import type { RowWriter } from '../copy/row-writer.js';

/** Tables of aggregates, the finest first. */
export const LEVELS = ['rollup_15m', 'rollup_1h', 'rollup_1d'] as const;
export type Level = 0 | 1 | 2;

/** One row of a series, at any level. Times are ms since 1970 UTC. */
export interface RollupRow {
  readonly bucketMs: number;
  readonly count: number;
  readonly conflicts: number;
  /** null: the bucket has no sample; so are the others that describe samples. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly sum: number | null;
  readonly first: number | null;
  readonly last: number | null;
  /** null: the series has no energy. */
  readonly measuredWh: number | null;
  readonly estimatedWh: number | null;
  readonly suspectWh: number | null;
  /** null where the series has no energy, and of all that is coarser than 15 minutes. */
  readonly energySamples: number | null;
}

/** The table's columns in the order of the functions below, without `energy_samples`: the last one, of 15 minutes only. */
export const COLUMNS = [
  'series_id',
  'bucket',
  'count',
  'conflicts',
  'first_ts',
  'last_ts',
  'min_value',
  'max_value',
  'sum_value',
  'first_value',
  'last_value',
  'measured_wh',
  'estimated_wh',
  'suspect_wh',
] as const;

export function readRow(reader: RowReader): RollupRow {
  return {
    bucketMs: reader.time(),
    count: reader.int32(),
    conflicts: reader.int32(),
    firstMs: reader.timeOrNull(),
    lastMs: reader.timeOrNull(),
    min: reader.float64OrNull(),
    max: reader.float64OrNull(),
    sum: reader.float64OrNull(),
    first: reader.float64OrNull(),
    last: reader.float64OrNull(),
    measuredWh: reader.float64OrNull(),
    estimatedWh: reader.float64OrNull(),
    suspectWh: reader.float64OrNull(),
    energySamples: reader.int32OrNull(),
  };
}

/** All columns save `energy_samples`; the row was begun. */
export function writeRow(writer: RowWriter, seriesId: number, row: RollupRow): void {
  writer.int32(seriesId).time(row.bucketMs).int32(row.count).int32(row.conflicts);
  writer.time(row.firstMs).time(row.lastMs).float64(row.min).float64(row.max).float64(row.sum);
  writer.float64(row.first).float64(row.last);
  writer.float64(row.measuredWh).float64(row.estimatedWh).float64(row.suspectWh);
}

export function isSameRow(a: RollupRow, b: RollupRow): boolean {
  return (
    a.count === b.count &&
    a.conflicts === b.conflicts &&
    a.firstMs === b.firstMs &&
    a.lastMs === b.lastMs &&
    a.min === b.min &&
    a.max === b.max &&
    a.sum === b.sum &&
    a.first === b.first &&
    a.last === b.last &&
    a.measuredWh === b.measuredWh &&
    a.estimatedWh === b.estimatedWh &&
    a.suspectWh === b.suspectWh &&
    a.energySamples === b.energySamples
  );
}
