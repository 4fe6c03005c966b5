import type { PoolClient } from '../pool.js';
import { SHARDS } from './shards.js';
import { timestampOf } from './timestamp-of.js';

/** Readings of a series that changed, or may have: from the first to the last one, both included. */
export interface Span {
  readonly seriesId: number;
  /** ms since 1970 UTC; -Infinity: from the first there is. */
  readonly fromMs: number;
  /** Infinity: to the last there is. */
  readonly toMs: number;
}

/** Marks spans for those who compute aggregates, in the transaction of what changed. */
export async function markSpans(client: Pick<PoolClient, 'query'>, spans: readonly Span[]): Promise<void> {
  if (spans.length === 0) return;
  await client.query(
    `insert into rollup_marks (shard, series_ids, from_ts, to_ts)
     select s.shard, array_agg(u.series_id), array_agg(u.from_ts), array_agg(u.to_ts)
     from unnest($1::integer[], $2::timestamptz[], $3::timestamptz[]) as u (series_id, from_ts, to_ts)
     join series s on s.id = u.series_id
     group by s.shard`,
    [
      spans.map(({ seriesId }) => seriesId),
      spans.map(({ fromMs }) => timestampOf(fromMs)),
      spans.map(({ toMs }) => timestampOf(toMs)),
    ],
  );
}

/**
 * Takes the oldest marks of some shards. What they tell of is seen by every later statement of the transaction, and by no earlier
 * one: rows are to be read after this.
 *
 * @param limit marks at most, of each shard; each tells of all series of a shard that one flush changed.
 */
export async function claimMarks(
  client: PoolClient,
  shards: readonly number[],
  limit: number,
): Promise<{ readonly marks: number; readonly spans: readonly Span[] }> {
  const { rows } = await client.query<Span & { readonly id: number }>(
    `with claimed as (
       delete from rollup_marks
       where id = any (array(
         select m.id from unnest($1::smallint[]) as u (shard) cross join lateral (
           select id from rollup_marks where shard = u.shard order by id limit $2
         ) m))
       returning id, series_ids, from_ts, to_ts
     )
     select claimed.id, u.series_id as "seriesId", (extract(epoch from u.from_ts) * 1000)::float8 as "fromMs",
       (extract(epoch from u.to_ts) * 1000)::float8 as "toMs"
     from claimed, unnest(series_ids, from_ts, to_ts) as u (series_id, from_ts, to_ts)`,
    [shards, limit],
  );
  return { marks: new Set(rows.map(({ id }) => id)).size, spans: rows };
}

/** Which of these series are marked, by other transactions than this one. */
export async function markedSeries(
  client: PoolClient,
  shard: number,
  seriesIds: readonly number[],
): Promise<ReadonlySet<number>> {
  const { rows } = await client.query<{ id: number }>(
    `select distinct u.id from rollup_marks, unnest(series_ids) as u (id)
     where shard = $1 and u.id = any ($2::integer[])
       and rollup_marks.xmin::text is distinct from pg_current_xact_id_if_assigned()::xid::text`,
    [shard, seriesIds],
  );
  return new Set(rows.map(({ id }) => id));
}

export interface Backlog {
  readonly marks: number;
  /** Seconds since the oldest mark was made; 0 when there is none. */
  readonly freshnessSeconds: number;
}

export async function readBacklog(client: Pick<PoolClient, 'query'>): Promise<Backlog> {
  const { rows } = await client.query<Backlog>(
    `select count(*) as marks,
       coalesce(extract(epoch from clock_timestamp() - min(marked_at)), 0)::float8 as "freshnessSeconds"
     from rollup_marks`,
  );
  return rows[0] ?? { marks: 0, freshnessSeconds: 0 };
}

/** Shards of which anything is marked. */
export async function shardsWithMarks(client: Pick<PoolClient, 'query'>): Promise<number[]> {
  const { rows } = await client.query<{ shard: number }>(
    `select shard from generate_series(0, $1 - 1) as s (shard)
     where exists (select from rollup_marks m where m.shard = s.shard)`,
    [SHARDS],
  );
  return rows.map(({ shard }) => shard);
}
