import type { Query } from './read-database.js';
import { rollupParameters, rollupRows, type RollupQuestion } from './rollup-rows.js';
import type { Run } from './rollup-runs.js';

export const DIRECTIONS = ['import', 'export'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Measurands of the energy of a direction; all of them in Wh. */
export const ENERGY_MEASURANDS: Readonly<Record<Direction, readonly [register: string, interval: string]>> = {
  import: ['Energy.Active.Import.Register', 'Energy.Active.Import.Interval'],
  export: ['Energy.Active.Export.Register', 'Energy.Active.Export.Interval'],
};

/** In Wh. */
export interface EnergyFigures {
  readonly measuredWh: number;
  readonly estimatedWh: number;
  readonly suspectWh: number;
}

export interface BucketEnergy extends EnergyFigures {
  /** Of the groups that were asked for, from 0. */
  readonly group: number;
  /** The interval: from edge `at` to edge `at` + 1. */
  readonly at: number;
}

export interface EnergyQuestion extends RollupQuestion {
  /** 2: what counts for its charge point; 1: also what counts for its own place alone. */
  readonly countsAs: 1 | 2;
}

const FIGURES = 'r.bucket, r.measured_wh, r.estimated_wh, r.suspect_wh';

/**
 * Expected plan, under PLAN_AS_WRITTEN: from the runs to the series to ranges of the primary keys (series_id, bucket). Which
 * series count is known by the day: the finer tables are entered through the days. That is asked outside of the rows of a
 * day's series, lest the index of the days that count be walked over all series.
 */
const finer = (table: string, runs: string): string => `
  select a.grp, r.*
  from unnest(${runs}) as run (from_ts, to_ts)
  cross join asked a
  ${rollupRows('rollup_1d', 'r.bucket, r.counts_as', `date_trunc('day', run.from_ts, 'UTC')`, 'run.to_ts')} d
  ${rollupRows(table, FIGURES, 'greatest(d.bucket, run.from_ts)', `least(d.bucket + interval '24 hours', run.to_ts)`)} r
  where d.counts_as >= $10`;

const SQL = `
  with asked as materialized (
    select * from unnest($1::integer[], $2::integer[]) as a (series_id, grp)
  ),
  part as (
    ${finer('rollup_15m', '$4::timestamptz[], $5::timestamptz[]')}
    union all ${finer('rollup_1h', '$6::timestamptz[], $7::timestamptz[]')}
    union all
    select a.grp, r.bucket, r.measured_wh, r.estimated_wh, r.suspect_wh
    from unnest($8::timestamptz[], $9::timestamptz[]) as run (from_ts, to_ts)
    cross join asked a
    ${rollupRows('rollup_1d', `${FIGURES}, r.counts_as`, 'run.from_ts', 'run.to_ts')} r
    where r.counts_as >= $10
  )
  select grp as "group", width_bucket(bucket, $3::timestamptz[]) - 1 as at,
    coalesce(sum(measured_wh), 0) as "measuredWh", coalesce(sum(estimated_wh), 0) as "estimatedWh",
    coalesce(sum(suspect_wh), 0) as "suspectWh"
  from part
  group by 1, 2
  order by 1, 2
  limit $11`;

/** The energy of groups of series by interval, in the order (group, interval); intervals without a row are left out. */
export function readEnergy(query: Query, question: EnergyQuestion): Promise<BucketEnergy[]> {
  const { text, values } = energyStatement(question);
  return query<BucketEnergy>(text, values);
}

/** The statement itself, so that its plan can be looked at. */
export function energyStatement(question: EnergyQuestion): { text: string; values: unknown[] } {
  return {
    text: SQL,
    values: [...rollupParameters(question), question.countsAs, question.limit],
  };
}

const COUNTED_DAYS = `select min(bucket) as first, max(bucket) as last from rollup_1d where counts_as > 0`;
const DAY_MS = 86_400_000;

/** Where energy that counts is stored, of any series: whole UTC days, by the index of those; undefined: nowhere. */
export async function readEnergyRange(query: Query): Promise<Run | undefined> {
  const [row] = await query<{ first: Date | null; last: Date | null }>(COUNTED_DAYS);
  if (row?.first == null || row.last === null) return undefined;
  return { fromMs: row.first.getTime(), toMs: row.last.getTime() + DAY_MS };
}
