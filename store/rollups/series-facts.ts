import type { PoolClient } from '../pool.js';

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

export async function readSeriesFacts(client: PoolClient, ids: readonly number[]): Promise<SeriesFacts[]> {
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

/** Times of the first and the last reading of each series that has any. Opens every day there is: for what is done seldom. */
export async function readReadingsSpans(
  client: PoolClient,
  ids: readonly number[],
): Promise<ReadonlyMap<number, ReadingsSpan>> {
  const { rows } = await client.query<ReadingsSpan>(
    `select l.series_id as "seriesId", (extract(epoch from f.ts) * 1000)::float8 as "firstMs",
       (extract(epoch from l.ts) * 1000)::float8 as "lastMs"
     from latest_readings l
     cross join lateral (
       select ts from readings where series_id = l.series_id and ts <= l.ts order by ts limit 1
     ) f
     where l.series_id = any ($1::integer[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.seriesId, row]));
}

/** Series after one, in the order of their ids. */
export async function readSeriesOfShard(
  client: PoolClient,
  shard: number,
  afterId: number,
  limit: number,
): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    'select id from series where shard = $1 and id > $2 order by id limit $3',
    [shard, afterId, limit],
  );
  return rows.map(({ id }) => id);
}
