import type { Query } from '../read/read-database.js';
import { timeParameter } from '../read/time-parameter.js';

/** Names a stored reading. */
export interface SeriesAt {
  readonly seriesId: number;
  readonly timestampMs: number;
}

export interface AggregateOf extends SeriesAt {
  readonly level: '15m' | '1h' | '1d';
  readonly bucket: Date;
  /** Samples in the bucket as it was last computed; null: there is no row of it. */
  readonly count: number | null;
  /** The reading is marked: what came of it last may not be in the bucket yet. */
  readonly isMarked: boolean;
}

/** Plan: marks by shard, rollups by their primary keys. */
const SQL = `
  with asked as (
    select u.series_id, u.ts from unnest($1::integer[], $2::timestamptz[]) as u (series_id, ts)
  ), bucketed as (
    select a.*, s.shard, l.level, date_bin(l.width, a.ts, '2000-01-01Z') as bucket, l.width
    from asked a join series s on s.id = a.series_id
    cross join (values ('15m', interval '15 minutes'), ('1h', interval '1 hour'), ('1d', interval '1 day'))
      as l (level, width)
  )
  select b.series_id as "seriesId", (extract(epoch from b.ts) * 1000)::float8 as "timestampMs", b.level, b.bucket,
    case b.level
      when '15m' then (select count from rollup_15m r where r.series_id = b.series_id and r.bucket = b.bucket)
      when '1h' then (select count from rollup_1h r where r.series_id = b.series_id and r.bucket = b.bucket)
      else (select count from rollup_1d r where r.series_id = b.series_id and r.bucket = b.bucket) end as count,
    exists (
      select from rollup_marks m cross join unnest(m.series_ids, m.from_ts, m.to_ts) as u (series_id, from_ts, to_ts)
      where m.shard = b.shard and u.series_id = b.series_id and u.from_ts <= b.ts and u.to_ts >= b.ts
    ) as "isMarked"
  from bucketed b
  order by b.ts, b.series_id, b.width`;

/** In the order of times and series, the finest level first. */
export function readAggregatesOf(query: Query, readings: readonly SeriesAt[]): Promise<AggregateOf[]> {
  return query<AggregateOf>(SQL, [
    readings.map(({ seriesId }) => seriesId),
    readings.map(({ timestampMs }) => timeParameter(timestampMs)),
  ]);
}
