import type { PoolClient } from '../pool.js';
import { shardScope, slotScope } from './shards.js';
import type { SeriesFacts } from './series-facts.js';

/** A series of billed energy that has a row of a UTC day. */
export interface DayMember extends SeriesFacts {
  readonly dayMs: number;
  readonly countsAs: number;
}

/** All such series of each charge point and day of which one came or went; `offset 0` keeps each walk of a key inside. */
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
       from unnest($1::integer[], $2::timestamptz[]) as u (series_id, bucket) cross join lateral (
         select charge_point_id from series where id = u.series_id and unit = 'Wh' and measurand like 'Energy.Active.%' offset 0
       ) s
     ) changed
     cross join lateral (
       select * from series
       where charge_point_id = changed.charge_point_id and unit = 'Wh' and measurand like 'Energy.Active.%' offset 0
     ) s
     cross join lateral (
       select bucket, counts_as from rollup_1d where series_id = s.id and bucket = changed.bucket offset 0
     ) d`,
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

/** Tells caches that answers about these UTC days (ms since 1970) of these charge points are other than they were. */
export async function raiseVersions(
  client: PoolClient,
  days: readonly { readonly chargePointId: string; readonly dayMs: number }[],
): Promise<void> {
  if (days.length === 0) return;
  await client.query(
    `insert into rollup_versions as v (scope, day, version)
     select distinct s.scope, u.day, 1 from unnest($1::text[], $2::date[]) as u (id, day)
     cross join lateral (values (${shardScope('u.id')}), (${slotScope('u.id')})) as s (scope)
     order by s.scope, u.day
     on conflict (scope, day) do update set version = v.version + 1`,
    [
      days.map(({ chargePointId }) => chargePointId),
      days.map(({ dayMs }) => new Date(dayMs).toISOString().slice(0, 10)),
    ],
  );
}
