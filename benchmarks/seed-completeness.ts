import type pg from 'pg';
import { migrate } from '../store/migrate.js';
import { createPool } from '../store/pool.js';
import { insertFleet } from './insert-fleet.js';

/** Days of aggregates, up to the end of which is now. */
export const DAYS = 8;
export const FROM = Date.UTC(2026, 0, 1);

const DAYS_OF_ROWS = `generate_series(0, ${DAYS - 1}) as d (day)`;
const BEGIN = `timestamptz '2026-01-01T00:00Z' + d.day * interval '1 day'`;

/**
 * A fleet of charge points with a register and a power, a session of two hours a day of each with a sample a minute, one of fifty
 * of them missing: what the pass would have made of it, by SQL.
 */
export async function seedCompleteness(url: string, client: pg.Client, chargePoints: number): Promise<void> {
  await migrate(url);
  const pool = createPool({ url, max: 1, applicationName: 'bench' });
  try {
    await insertFleet(pool, chargePoints);
  } finally {
    await pool.end();
  }
  await client.query(
    `insert into transactions (charge_point_id, external_id, start_received_at, stop_received_at, evse_id, connector_id, id_tag,
       started_at, meter_start_wh, ended_at, meter_stop_wh, stop_reason)
     select 'CP-' || n, d.day + 1, ${BEGIN}, ${BEGIN}, 0, 1, 'TAG', ${BEGIN} + n % 20 * interval '1 hour', 0,
       ${BEGIN} + (n % 20 + 2) * interval '1 hour', 1, 'Local'
     from ${DAYS_OF_ROWS}, generate_series(1, $1::integer) as n`,
    [chargePoints],
  );
  await client.query(
    `insert into rollup_1d (bucket, first_ts, last_ts, min_value, max_value, sum_value, first_value, last_value, measured_wh,
       estimated_wh, suspect_wh, series_id, count, counts_as, late, irregular, cadence_ms)
     select ${BEGIN}, ${BEGIN} + s.n % 20 * interval '1 hour', ${BEGIN} + (s.n % 20 + 2) * interval '1 hour', 1, 2, 3, 1, 2, 1, 0, 0,
       s.id, 120 - s.n % 3, 2 * (s.id % 2), nullif(s.n % 5, 0), 2, 60000
     from ${DAYS_OF_ROWS}, (select id, (id + 1) / 2 as n from series) s order by d.day, s.id`,
  );
  await client.query(
    `insert into charge_point_days (day, charge_point_id, received, readings)
     select (${BEGIN})::date, 'CP-' || n, 120, 240 from ${DAYS_OF_ROWS}, generate_series(1, $1::integer) as n`,
    [chargePoints],
  );
  await client.query('vacuum analyze');
  await client.query('checkpoint');
}
