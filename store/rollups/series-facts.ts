import { compactedIn, decoded } from '../compaction/stored-readings.js';
import type { PoolClient } from '../pool.js';
import { timestampOf } from './timestamp-of.js';

/** What a series is; it never changes. */
export interface SeriesFacts {
  readonly seriesId: number;
  readonly chargePointId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly measurand: string;
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
}

export async function readSeriesFacts(
  client: Pick<PoolClient, 'query'>,
  ids: readonly number[],
): Promise<SeriesFacts[]> {
  const { rows } = await client.query<SeriesFacts>(
    `select id as "seriesId", charge_point_id as "chargePointId", evse_id as "evseId", connector_id as "connectorId",
       measurand, phase, location, unit
     from series where id = any ($1::integer[])`,
    [ids],
  );
  return rows;
}

export interface ReadingsSpan {
  readonly seriesId: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/**
 * Times of the first and the last reading, or value that was inserted, of each series that has any reading. Opens every day there
 * is: for what is done seldom.
 */
export async function readReadingsSpans(
  client: PoolClient,
  ids: readonly number[],
): Promise<ReadonlyMap<number, ReadingsSpan>> {
  const { rows } = await client.query<ReadingsSpan>(
    `select l.series_id as "seriesId", (extract(epoch from least(f.ts, e.first)) * 1000)::float8 as "firstMs",
       (extract(epoch from greatest(l.ts, e.last)) * 1000)::float8 as "lastMs"
     from latest_readings l
     cross join lateral (
       select least(
         (select ts from readings where series_id = l.series_id and ts <= l.ts order by ts limit 1),
         (select first_ts from compacted_readings where series_id = l.series_id order by day limit 1)
       ) as ts
     ) f
     cross join lateral (
       select min(from_ts) as first, max(from_ts) as last from edits
       where series_id = l.series_id and undone_at is null and value is not null
     ) e
     where l.series_id = any ($1::integer[]) and f.ts is not null`,
    [ids],
  );
  return new Map(rows.map((row) => [row.seriesId, row]));
}

/**
 * From the first to the last time that readings, inserted values or aggregates of each series of a shard have in a range, which has its begin and
 * not its end. Series without any are left out. Opens every day of the range for every series: for what is done seldom.
 *
 * @param chargePointIds null: of all.
 */
export async function readKnownSpans(
  client: PoolClient,
  shard: number,
  chargePointIds: readonly string[] | null,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<ReadingsSpan[]> {
  const ends = (table: string, length: string): string => `
    select min(bucket), max(bucket) + interval '${length}' - interval '1 ms' from ${table}
    where series_id = s.id and bucket > $3::timestamptz - interval '${length}' and bucket < $4::timestamptz`;
  const inRange = (row: string): string => `${row}.ts >= $3::timestamptz and ${row}.ts < $4::timestamptz`;
  // Of compacted days the outermost may have none in the range, but then the next one has.
  const reading = (order: string): string => `
    (select ts from (
       (select r.ts from readings r where r.series_id = s.id and ${inRange('r')} order by r.ts ${order} limit 1)
       union all
       select d.ts from (
         select * from compacted_readings c
         where ${compactedIn({ series: '= s.id', from: '$3::timestamptz', to: '$4::timestamptz' })}
         order by c.day ${order} limit 2
       ) c ${decoded(['ts'])}
       where ${inRange('d')}
     ) either order by ts ${order} limit 1)`;
  const edited = (pick: 'min' | 'max'): string => `
    (select ${pick}(from_ts) from edits
     where series_id = s.id and undone_at is null and value is not null and from_ts >= $3::timestamptz and from_ts < $4::timestamptz)`;
  const { rows } = await client.query<ReadingsSpan>(
    `select s.id as "seriesId",
       (extract(epoch from greatest(known.first, $3::timestamptz)) * 1000)::float8 as "firstMs",
       (extract(epoch from least(known.last, $4::timestamptz - interval '1 ms')) * 1000)::float8 as "lastMs"
     from series s cross join lateral (
       select min(e.first) as first, max(e.last) as last from (
         select ${reading('asc')}, ${reading('desc')}
         union all select ${edited('min')}, ${edited('max')}
         union all ${ends('rollup_15m', '15 minutes')}
         union all ${ends('rollup_1h', '1 hour')}
         union all ${ends('rollup_1d', '1 day')}
       ) e (first, last)
     ) known
     where s.shard = $1 and ($2::text[] is null or s.charge_point_id = any ($2::text[])) and known.first is not null
     order by s.id`,
    [shard, chargePointIds, timestampOf(fromMs), timestampOf(toMs)],
  );
  return rows;
}
