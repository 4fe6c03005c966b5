import { copyRows } from '../copy/copy.js';
import type { RowWriter } from '../copy/row-writer.js';
import type { PoolClient } from '../pool.js';
import { RETURNING_PLACES, type Audit, type Place } from './audit.js';

/** Columns that rollup tables share, beside their key. */
const COLUMNS = [
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
];

/**
 * Puts the rows of a pass's spans in the place of those that are there, then their hours and days. Writes what differs alone.
 *
 * @param audit hears where anything differed; then hours and days are made again whether or not what is in them changed.
 * @returns in how many hours and days anything changed.
 */
export async function mergeBuckets(
  client: PoolClient,
  buckets: RowWriter,
  audit: Audit | null,
): Promise<number> {
  await copyRows(client, 'pass_buckets', buckets);
  const merge = async (table: string, statement: string, unchangedToo: string): Promise<number> => {
    if (audit === null) return (await client.query(statement)).rowCount ?? 0;
    const { rows } = await client.query<Place>(`${statement} ${RETURNING_PLACES}`);
    audit.differed(table, rows);
    await client.query(unchangedToo);
    return rows.length;
  };
  const quarters = await merge('rollup_15m', MERGE_QUARTERS, EVERY_HOUR);
  if (quarters === 0 && audit === null) return 0;
  const hours = await merge('rollup_1h', MERGE_HOURS, EVERY_DAY);
  return quarters + hours + (await merge('rollup_1d', MERGE_DAYS, EVERY_DAY_ANEW));
}

const columnsOf = (table: string, columns: readonly string[]): string =>
  columns.map((column) => `${table}.${column}`).join(', ');

/** An upsert that leaves rows alone that are the same. */
const put = (table: string, source: string, columns: readonly string[], returning: string): string => `
  insert into ${table} as r (series_id, bucket, ${columns.join(', ')})
  select series_id, bucket, ${columns.join(', ')} from ${source}
  order by series_id, bucket
  on conflict (series_id, bucket) do update set
    ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}
  where (${columnsOf('r', columns)}) is distinct from (${columnsOf('excluded', columns)})
  returning r.series_id, r.bucket${returning}`;

const MERGE_QUARTERS = `
  with gone as (
    delete from rollup_15m r using pass_spans w
    where r.series_id = w.series_id and r.bucket >= w.inner_from and r.bucket < w.inner_to
      and not exists (select from pass_buckets p where p.series_id = r.series_id and p.bucket = r.bucket)
    returning r.series_id, r.bucket
  ), put as (${put('rollup_15m', 'pass_buckets', [...COLUMNS, 'energy_samples'], '')})
  insert into changed_hours
  select distinct series_id, date_trunc('hour', bucket) from (select * from gone union all select * from put) c`;

/** A bucket from the finer ones in it, added up in the order of time. */
const coarser = (changed: string, finer: string, length: string): string => `
  fresh as materialized (
    select h.series_id, h.bucket,
      sum(f.count)::integer as count, sum(f.conflicts)::integer as conflicts,
      min(f.first_ts) as first_ts, max(f.last_ts) as last_ts,
      min(f.min_value) as min_value, max(f.max_value) as max_value,
      sum(f.sum_value order by f.bucket) as sum_value,
      (array_agg(f.first_value order by f.bucket) filter (where f.count > 0))[1] as first_value,
      (array_agg(f.last_value order by f.bucket) filter (where f.count > 0))[
        count(*) filter (where f.count > 0)] as last_value,
      sum(f.measured_wh order by f.bucket) as measured_wh,
      sum(f.estimated_wh order by f.bucket) as estimated_wh,
      sum(f.suspect_wh order by f.bucket) as suspect_wh
    from ${changed} h
    join ${finer} f on f.series_id = h.series_id and f.bucket >= h.bucket and f.bucket < h.bucket + interval '${length}'
    group by h.series_id, h.bucket
  )`;

const gone = (table: string, changed: string): string => `
  gone as (
    delete from ${table} r using ${changed} h
    where r.series_id = h.series_id and r.bucket = h.bucket
      and not exists (select from fresh f where f.series_id = r.series_id and f.bucket = r.bucket)
    returning r.series_id, r.bucket
  )`;

const MERGE_HOURS = `
  with ${coarser('changed_hours', 'rollup_15m', '1 hour')},
  ${gone('rollup_1h', 'changed_hours')},
  put as (${put('rollup_1h', 'fresh', COLUMNS, '')})
  insert into changed_days
  select distinct series_id, date_trunc('day', bucket), false from (select * from gone union all select * from put) c`;

const MERGE_DAYS = `
  with ${coarser('changed_days', 'rollup_1h', '1 day')},
  ${gone('rollup_1d', 'changed_days')},
  put as (${put('rollup_1d', 'fresh', COLUMNS, ', r.xmax = 0 as is_new')})
  insert into changed_days
  select series_id, bucket, true from gone union all select series_id, bucket, is_new from put`;

const everyBucket = (finer: string, coarser: string, length: string): string => `
  select r.series_id, date_trunc('${length}', r.bucket) from ${finer} r join pass_spans w
    on r.series_id = w.series_id and r.bucket >= w.inner_from and r.bucket < w.inner_to
  union
  select r.series_id, r.bucket from ${coarser} r join pass_spans w
    on r.series_id = w.series_id and r.bucket > w.inner_from - interval '1 ${length}' and r.bucket < w.inner_to`;

const EVERY_HOUR = `
  insert into changed_hours ${everyBucket('rollup_15m', 'rollup_1h', 'hour')}
  except select series_id, bucket from changed_hours`;

const EVERY_DAY = `
  insert into changed_days select series_id, bucket, false from (
    ${everyBucket('rollup_1h', 'rollup_1d', 'day')} except select series_id, bucket from changed_days
  ) d (series_id, bucket)`;

/** As if each had come now: which series counts for its charge point is found again. */
const EVERY_DAY_ANEW = `
  insert into changed_days select series_id, bucket, true from (
    ${everyBucket('rollup_1h', 'rollup_1d', 'day')}
  ) d (series_id, bucket)`;
