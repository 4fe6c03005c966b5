import type { Pool } from '../store/pool.js';

/** Charge points `CP-1` and on, each with a series of its register and one of its power, in this order. */
export async function insertFleet(pool: Pool, chargePoints: number): Promise<void> {
  await pool.query(
    `insert into charge_points (id, site)
     select 'CP-' || n, 'Site ' || n % 50 from generate_series(1, $1::integer) as n`,
    [chargePoints],
  );
  // The ids of the registers are odd, those of power even.
  await pool.query(
    `insert into series (charge_point_id, evse_id, connector_id, measurand, unit)
     select 'CP-' || n, 0, 1, m.measurand, m.unit
     from generate_series(1, $1::integer) as n,
       (values (1, 'Energy.Active.Import.Register', 'Wh'), (2, 'Power.Active.Import', 'W')) as m (ord, measurand, unit)
     order by n, m.ord`,
    [chargePoints],
  );
}
