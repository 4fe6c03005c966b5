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
  /** Samples that arrived late. */
  readonly late: number;
  /** Samples that no cadence makes. */
  readonly irregular: number;
  /** Samples aligned to the clock. */
  readonly clock: number;
  /** Usual time from one sample to the next; null: too few to tell. */
  readonly cadenceMs: number | null;
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
  'late',
  'irregular',
  'clock',
  'cadence_ms',
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
    late: reader.int32OrNull() ?? 0,
    irregular: reader.int32OrNull() ?? 0,
    clock: reader.int32OrNull() ?? 0,
    cadenceMs: reader.int32OrNull(),
    energySamples: reader.int32OrNull(),
  };
}

/** All columns save `energy_samples`; the row was begun. */
export function writeRow(writer: RowWriter, seriesId: number, row: RollupRow): void {
  writer.int32(seriesId).time(row.bucketMs).int32(row.count).int32(row.conflicts);
  writer.time(row.firstMs).time(row.lastMs).float64(row.min).float64(row.max).float64(row.sum);
  writer.float64(row.first).float64(row.last);
  writer.float64(row.measuredWh).float64(row.estimatedWh).float64(row.suspectWh);
  // Mostly there are none, and null takes no room.
  writer.int32OrNull(nullOfNone(row.late)).int32OrNull(nullOfNone(row.irregular));
  writer.int32OrNull(nullOfNone(row.clock));
  writer.int32OrNull(row.cadenceMs);
}

const nullOfNone = (count: number): number | null => (count === 0 ? null : count);

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
    a.energySamples === b.energySamples &&
    a.late === b.late &&
    a.irregular === b.irregular &&
    a.clock === b.clock &&
    a.cadenceMs === b.cadenceMs
  );
}
