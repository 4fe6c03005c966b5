import type { Pool } from '../../store/pool.js';
import {
  seriesText,
  type Aggregates,
  type BucketRow,
  type DayRow,
  type SemanticsRow,
  type SliceRow,
} from './model.js';
import { SERIES_COLUMNS, seriesOf, type SeriesColumns } from './read-facts.js';

type EnergyColumns = SeriesColumns & {
  readonly bucket: Date;
  readonly first_ts: Date | null;
  readonly last_ts: Date | null;
  readonly measured_wh: number | null;
  readonly estimated_wh: number | null;
  readonly suspect_wh: number | null;
};

type BucketColumns = EnergyColumns & {
  readonly count: number;
  readonly min_value: number | null;
  readonly max_value: number | null;
  readonly sum_value: number | null;
  readonly first_value: number | null;
  readonly last_value: number | null;
  readonly conflicts: number;
  /** Of days only. */
  readonly counts_as?: number;
};

type SemanticsColumns = SeriesColumns & {
  readonly restarts: number;
  readonly continuations: number;
  readonly clock_contradictions: number;
  readonly clock_agreements: number;
  readonly boundary_contradictions: number;
  readonly boundary_agreements: number;
  readonly kind: SemanticsRow['kind'];
  readonly ignores_clock: boolean;
  readonly ignores_boundary: boolean;
};

type SliceColumns = EnergyColumns & {
  readonly transaction: string;
  readonly max_power_w: number | null;
  readonly is_ended: boolean;
};

const buckets = (table: string): string =>
  `select ${SERIES_COLUMNS}, r.* from ${table} r join series s on s.id = r.series_id
   where starts_with(s.charge_point_id, $1)`;

const SLICES = `
  select ${SERIES_COLUMNS}, r.*, t.external_id as transaction
  from transaction_slices r
  join series s on s.id = r.series_id
  left join transactions t on t.id = r.transaction_id and t.charge_point_id = s.charge_point_id
  where starts_with(s.charge_point_id, $1)`;

/** The aggregates of a database in the reference's terms, in no order. @param prefix of the charge points' ids. */
export async function readAggregates(pool: Pool, prefix = ''): Promise<Aggregates> {
  const quarters = await pool.query<BucketColumns>(buckets('rollup_15m'), [prefix]);
  const hours = await pool.query<BucketColumns>(buckets('rollup_1h'), [prefix]);
  const days = await pool.query<BucketColumns>(buckets('rollup_1d'), [prefix]);
  const semantics = await pool.query<SemanticsColumns>(buckets('register_semantics'), [prefix]);
  const slices = await pool.query<SliceColumns>(SLICES, [prefix]);
  return {
    buckets15m: quarters.rows.map(bucketOf),
    buckets1h: hours.rows.map(bucketOf),
    buckets1d: days.rows.map((row): DayRow => ({ ...bucketOf(row), countsAs: row.counts_as ?? -1 })),
    semantics: semantics.rows.map(semanticsOf),
    slices: slices.rows.map(sliceOf),
  };
}

function bucketOf(row: BucketColumns): BucketRow {
  return {
    series: seriesText(seriesOf(row)),
    bucketMs: row.bucket.getTime(),
    count: row.count,
    min: row.min_value,
    max: row.max_value,
    sum: row.sum_value,
    first: row.first_value,
    firstMs: row.first_ts?.getTime() ?? null,
    last: row.last_value,
    lastMs: row.last_ts?.getTime() ?? null,
    conflicts: row.conflicts,
    measuredWh: row.measured_wh,
    estimatedWh: row.estimated_wh,
    suspectWh: row.suspect_wh,
  };
}

function semanticsOf(row: SemanticsColumns): SemanticsRow {
  return {
    series: seriesText(seriesOf(row)),
    restarts: row.restarts,
    continuations: row.continuations,
    clockContradictions: row.clock_contradictions,
    clockAgreements: row.clock_agreements,
    boundaryContradictions: row.boundary_contradictions,
    boundaryAgreements: row.boundary_agreements,
    kind: row.kind,
    ignoresClock: row.ignores_clock,
    ignoresBoundary: row.ignores_boundary,
  };
}

function sliceOf(row: SliceColumns): SliceRow {
  return {
    series: seriesText(seriesOf(row)),
    bucketMs: row.bucket.getTime(),
    transaction: row.transaction,
    firstMs: row.first_ts?.getTime() ?? null,
    lastMs: row.last_ts?.getTime() ?? null,
    measuredWh: row.measured_wh,
    estimatedWh: row.estimated_wh,
    suspectWh: row.suspect_wh,
    maxPowerW: row.max_power_w,
    isEnded: row.is_ended,
  };
}
