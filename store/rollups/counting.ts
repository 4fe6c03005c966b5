import type { PoolClient } from '../pool.js';
import type { SeriesFacts } from './series-facts.js';

/** A series of billed energy that has a row of a UTC day. */
export interface DayMember extends SeriesFacts {
  readonly dayMs: number;
  readonly countsAs: number;
}

/** All such series of each charge point and day of which the pass added or removed one. */
export async function readDayMembers(client: PoolClient): Promise<DayMember[]> {
  const { rows } = await client.query<DayMember>(
    `select s.id as "seriesId", s.charge_point_id as "chargePointId", s.evse_id as "evseId",
       s.connector_id as "connectorId", s.measurand, s.phase, s.location, s.unit,
       (extract(epoch from d.bucket) * 1000)::float8 as "dayMs", d.counts_as as "countsAs"
     from (
       select distinct s.charge_point_id, c.bucket from changed_days c join series s on s.id = c.series_id
       where c.came_or_went and s.unit = 'Wh' and s.measurand like 'Energy.Active.%'
     ) changed
     join series s on s.charge_point_id = changed.charge_point_id
     join rollup_1d d on d.series_id = s.id and d.bucket = changed.bucket
     where s.unit = 'Wh' and s.measurand like 'Energy.Active.%'`,
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

/** Tells caches that answers about the days of the pass are other than they were. */
export async function raiseVersions(client: PoolClient, shard: number): Promise<void> {
  await client.query(
    `insert into rollup_versions as v (shard, day, version)
     select $1, day, 1 from (select distinct bucket::date as day from changed_hours) changed order by day
     on conflict (shard, day) do update set version = v.version + 1`,
    [shard],
  );
}
