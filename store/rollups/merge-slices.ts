import { copyRows } from '../copy/copy.js';
import type { RowWriter } from '../copy/row-writer.js';
import type { PoolClient } from '../pool.js';
import type { Audit, Place } from './audit.js';

const COLUMNS = [
  'first_ts',
  'last_ts',
  'measured_wh',
  'estimated_wh',
  'suspect_wh',
  'max_power_w',
  'is_ended',
];

const MERGE = `
  with gone as (
    delete from transaction_slices r using pass_spans w
    where r.series_id = w.series_id and r.bucket >= w.inner_from and r.bucket < w.inner_to
      and not exists (
        select from pass_slices p
        where p.series_id = r.series_id and p.bucket = r.bucket and p.transaction_id = r.transaction_id)
    returning r.transaction_id, r.series_id, r.bucket
  ), put as (
    insert into transaction_slices as r (series_id, bucket, transaction_id, ${COLUMNS.join(', ')})
    select series_id, bucket, transaction_id, ${COLUMNS.join(', ')} from pass_slices
    order by series_id, bucket, transaction_id
    on conflict (series_id, bucket, transaction_id) do update set
      ${COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ')}
    where (${COLUMNS.map((column) => `r.${column}`).join(', ')})
      is distinct from (${COLUMNS.map((column) => `excluded.${column}`).join(', ')})
    returning r.transaction_id, r.series_id, r.bucket
  )
  select transaction_id as id, series_id as "seriesId", (extract(epoch from bucket) * 1000)::float8 as ms
  from (select * from gone union all select * from put) c`;

/**
 * Puts what a pass found of charging sessions in the place of what is there.
 *
 * @param audit hears where anything differed; then what is said of the sessions as a whole is made again too.
 * @returns how many rows are other than they were.
 */
export async function mergeSlices(
  client: PoolClient,
  slices: RowWriter,
  audit: Audit | null,
): Promise<number> {
  await copyRows(client, 'pass_slices', slices);
  const { rows } = await client.query<Place & { readonly id: number }>(MERGE);
  const ids = new Set(rows.map(({ id }) => id));
  if (audit !== null) {
    audit.differed('transaction_slices', rows);
    for (const { id } of (await client.query<{ id: number }>(ALL_IN_SPANS)).rows) ids.add(id);
  }
  if (ids.size > 0) {
    const updated = await updateTransactions(client, [...ids]);
    audit?.differed('transactions', updated);
  }
  return rows.length;
}

const ALL_IN_SPANS = `
  select distinct r.transaction_id as id from transaction_slices r join pass_spans w
    on r.series_id = w.series_id and r.bucket >= w.inner_from and r.bucket < w.inner_to`;

/** Their rows are locked in the order of their ids, as a flush does. */
async function updateTransactions(client: PoolClient, ids: readonly number[]): Promise<Place[]> {
  await client.query('select from transactions where id = any ($1::bigint[]) order by id for no key update', [
    ids,
  ]);
  const { rows } = await client.query<Place>(
    `update transactions t set
       first_reading_at = s.first_ts, last_reading_at = s.last_ts, end_was_read = s.is_ended
     from (
       select u.id, min(s.series_id) as series_id, min(s.first_ts) as first_ts, max(s.last_ts) as last_ts, coalesce(bool_or(s.is_ended), false) as is_ended
       from unnest($1::bigint[]) as u (id) left join transaction_slices s on s.transaction_id = u.id
       group by u.id
     ) s
     where t.id = s.id
       and (t.first_reading_at, t.last_reading_at, t.end_was_read) is distinct from (s.first_ts, s.last_ts, s.is_ended)
     returning s.series_id as "seriesId", null as ms`,
    [ids],
  );
  return rows;
}
