import type { SeriesKey } from '../../protocol/reading.js';
import type { Pool } from '../pool.js';
import { findOrAdd, type Found } from './find-or-add.js';

const WANTED = `
  unnest($1::text[], $2::integer[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[]) with ordinality
    as u (charge_point_id, evse_id, connector_id, measurand, phase, location, unit, index)`;
const SAME = `
  s.charge_point_id = u.charge_point_id and s.evse_id = u.evse_id and s.connector_id = u.connector_id
  and s.measurand = u.measurand and s.phase = u.phase and s.location = u.location and s.unit = u.unit`;

/** Ids of these series, none of them twice; their charge points exist. */
export async function idsOfSeries(pool: Pool, wanted: readonly SeriesKey[]): Promise<(number | undefined)[]> {
  return findOrAdd(
    wanted,
    async (keys) =>
      (
        await pool.query<Found>(
          `select u.index, s.id from ${WANTED} join series s on ${SAME}`,
          parametersOf(keys),
        )
      ).rows,
    (keys) =>
      pool.query(
        `insert into series (charge_point_id, evse_id, connector_id, measurand, phase, location, unit)
         select charge_point_id, evse_id, connector_id, measurand, phase, location, unit from ${WANTED}
         order by 1, 2, 3, 4, 5, 6, 7
         on conflict do nothing`,
        parametersOf(keys),
      ),
  );
}

const parametersOf = (keys: readonly SeriesKey[]): unknown[] => [
  keys.map((key) => key.chargePointId),
  keys.map((key) => key.evseId),
  keys.map((key) => key.connectorId),
  keys.map((key) => key.measurand),
  keys.map((key) => key.phase),
  keys.map((key) => key.location),
  keys.map((key) => key.unit),
];
