import type { Query } from './read-database.js';
import { rollupParameters, rollupRows, type RollupQuestion } from './rollup-rows.js';
import { LEVEL_MS, type Run } from './rollup-runs.js';
import { readStoredRange } from './stored-range.js';

export interface BucketAggregate {
  /** Of the groups that were asked for, from 0. */
  readonly group: number;
  /** The bucket: from edge `at` to edge `at` + 1. */
  readonly at: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly first: number;
  readonly last: number;
  readonly conflicts: number;
}

const COLUMNS = `r.bucket, r.first_ts, r.last_ts, r.min_value, r.max_value, r.sum_value, r.first_value, r.last_value,
      r.count, r.conflicts`;

const rows = (table: string, runs: string): string => `
  select a.grp, a.series_id, r.*
  from unnest(${runs}) as run (from_ts, to_ts)
  cross join asked a
  ${rollupRows(table, COLUMNS, 'run.from_ts', 'run.to_ts')} r`;

/**
 * Expected plan, under PLAN_AS_WRITTEN: from the runs to the series to ranges of the primary keys (series_id, bucket). Of two
 * series with a sample at one instant the one that was known first is the first of it, and the other the last.
 */
const SQL = `
  with asked as materialized (
    select * from unnest($1::integer[], $2::integer[]) as a (series_id, grp)
  ),
  part as (
    ${rows('rollup_15m', '$4::timestamptz[], $5::timestamptz[]')}
    union all ${rows('rollup_1h', '$6::timestamptz[], $7::timestamptz[]')}
    union all ${rows('rollup_1d', '$8::timestamptz[], $9::timestamptz[]')}
  )
  select grp as "group", width_bucket(bucket, $3::timestamptz[]) - 1 as at,
    sum(count) as count, min(min_value) as min, max(max_value) as max,
    sum(sum_value order by first_ts, series_id) as sum,
    (array_agg(first_value order by first_ts, series_id))[1] as first,
    (array_agg(last_value order by last_ts desc, series_id desc))[1] as last,
    sum(conflicts) as conflicts
  from part
  where count > 0
  group by 1, 2
  order by 1, 2
  limit $10`;

/** Samples of groups of series by bucket, in the order (group, bucket); buckets without a sample are left out. */
export function readAggregates(query: Query, question: RollupQuestion): Promise<BucketAggregate[]> {
  const { text, values } = aggregatesStatement(question);
  return query<BucketAggregate>(text, values);
}

/** The statement itself, so that its plan can be looked at. */
export function aggregatesStatement(question: RollupQuestion): { text: string; values: unknown[] } {
  return {
    text: SQL,
    values: [...rollupParameters(question), question.limit],
  };
}

/** Where samples are stored, of any series: whole UTC days; undefined: nowhere. */
export async function readSamplesRange(query: Query): Promise<Run | undefined> {
  const { first, last } = await readStoredRange(query);
  if (first === null || last === null) return undefined;
  const day = LEVEL_MS['1d'];
  return {
    fromMs: Math.floor(first.getTime() / day) * day,
    toMs: (Math.floor(last.getTime() / day) + 1) * day,
  };
}
