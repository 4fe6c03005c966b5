import type { PoolClient } from '../pool.js';
import type { SeriesFacts } from './series-facts.js';

/** A connector during one hour; ms since 1970 UTC. */
export interface PlaceAndHour {
  readonly chargePointId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly hourMs: number;
}

/** What an hour's aggregates say of a series. */
export interface HourRow {
  readonly count: number;
  readonly conflicts: number;
  /** null: no sample. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  readonly sum: number | null;
  /** null: the series has no energy. */
  readonly measuredWh: number | null;
  readonly estimatedWh: number | null;
  readonly suspectWh: number | null;
}

export interface HourOfSeries extends SeriesFacts {
  /** null: the hour has none. */
  readonly row: HourRow | null;
}

/** All series of energy and power of each place, with their aggregates of the hour; walks of keys. */
export async function readConnectorHours(
  client: PoolClient,
  places: readonly PlaceAndHour[],
): Promise<HourOfSeries[][]> {
  const hours: HourOfSeries[][] = places.map(() => []);
  if (places.length === 0) return hours;
  const { rows } = await client.query<SeriesFacts & HourRow & { ord: number; isThere: boolean }>(
    `select u.ord, s.id as "seriesId", s.charge_point_id as "chargePointId", s.evse_id as "evseId",
       s.connector_id as "connectorId", s.measurand, s.phase, s.location, s.unit,
       r.series_id is not null as "isThere", r.count, r.conflicts, (extract(epoch from r.first_ts) * 1000)::float8 as "firstMs",
       (extract(epoch from r.last_ts) * 1000)::float8 as "lastMs", r.sum_value as "sum", r.measured_wh as "measuredWh",
       r.estimated_wh as "estimatedWh", r.suspect_wh as "suspectWh"
     from unnest($1::text[], $2::integer[], $3::integer[], $4::timestamptz[]) with ordinality
       as u (charge_point_id, evse_id, connector_id, hour, ord)
     cross join lateral (
       select * from series
       where charge_point_id = u.charge_point_id and evse_id = u.evse_id and connector_id = u.connector_id
         and (measurand like 'Energy.%' or measurand like 'Power.%')
       offset 0
     ) s
     left join lateral (
       select * from rollup_1h where series_id = s.id and bucket = u.hour offset 0
     ) r on true
     order by u.ord, s.id`,
    [
      places.map(({ chargePointId }) => chargePointId),
      places.map(({ evseId }) => evseId),
      places.map(({ connectorId }) => connectorId),
      places.map(({ hourMs }) => new Date(hourMs)),
    ],
  );
  for (const { ord, isThere, count, conflicts, firstMs, lastMs, sum, ...row } of rows) {
    const { measuredWh, estimatedWh, suspectWh, ...facts } = row;
    const found = { count, conflicts, firstMs, lastMs, sum, measuredWh, estimatedWh, suspectWh };
    hours[ord - 1]?.push({ ...facts, row: isThere ? found : null });
  }
  return hours;
}
