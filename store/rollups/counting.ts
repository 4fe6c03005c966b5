import type { PoolClient } from '../pool.js';
import type { SeriesFacts } from './series-facts.js';

/** A series of billed energy that has a row of a UTC day. */
export interface DayMember extends SeriesFacts {
  readonly dayMs: number;
  readonly countsAs: number;
}

/** All such series of each charge point and day of which one came or went. */
export async function readDayMembers(
  client: PoolClient,
  cameOrWent: readonly { readonly seriesId: number; readonly dayMs: number }[],
): Promise<DayMember[]> {
  if (cameOrWent.length === 0) return [];
  const { rows } = await client.query<DayMember>(
    `select s.id as "seriesId", s.charge_point_id as "chargePointId", s.evse_id as "evseId",
       s.connector_id as "connectorId", s.measurand, s.phase, s.location, s.unit,
       (extract(epoch from d.bucket) * 1000)::float8 as "dayMs", d.counts_as as "countsAs"
     from (
       select distinct s.charge_point_id, u.bucket
       from unnest($1::integer[], $2::timestamptz[]) as u (series_id, bucket) join series s on s.id = u.series_id
       where s.unit = 'Wh' and s.measurand like 'Energy.Active.%'
     ) changed
     join series s on s.charge_point_id = changed.charge_point_id
     join rollup_1d d on d.series_id = s.id and d.bucket = changed.bucket
     where s.unit = 'Wh' and s.measurand like 'Energy.Active.%'`,
    [cameOrWent.map(({ seriesId }) => seriesId), cameOrWent.map(({ dayMs }) => new Date(dayMs))],
  );
  return rows;
}

export async function writeCountsAs(
  client: PoolClient,
  members: readonly Pick<DayMember, 'seriesId' | 'dayMs' | 'countsAs'>[],
): Promise<void> {
  if (members.length === 0) return;
  await client.query(
    `update rollup_1d d set counts_as = u.counts_as
     from unnest($1::integer[], $2::timestamptz[], $3::smallint[]) as u (series_id, bucket, counts_as)
     where d.series_id = u.series_id and d.bucket = u.bucket`,
    [
      members.map(({ seriesId }) => seriesId),
      members.map(({ dayMs }) => new Date(dayMs)),
      members.map(({ countsAs }) => countsAs),
    ],
  );
}

/** Tells caches that answers about these UTC days are other than they were. @param days ms since 1970 UTC. */
export async function raiseVersions(
  client: PoolClient,
  shard: number,
  days: Iterable<number>,
): Promise<void> {
  const sorted = [...new Set(days)]
    .sort((a, b) => a - b)
    .map((ms) => new Date(ms).toISOString().slice(0, 10));
  if (sorted.length === 0) return;
  await client.query(
    `insert into rollup_versions as v (shard, day, version) select $1, day, 1 from unnest($2::date[]) as u (day)
     on conflict (shard, day) do update set version = v.version + 1`,
    [shard, sorted],
  );
}
