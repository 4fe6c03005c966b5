import type pg from 'pg';
import type { ReadingsPayload } from '../../store/feed/feed-row.js';

const CHARGE_POINTS = 100;

/** Charge points with a series each, for rows of the feed that name them; gives the ids of the series. */
export async function addSeries(sql: pg.Client): Promise<number[]> {
  await sql.query(
    `insert into charge_points (id, site) select 'BENCH-' || n, 'Site ' || n % 10 from generate_series(1, $1::int) n`,
    [CHARGE_POINTS],
  );
  const { rows } = await sql.query<{ id: number }>(
    `insert into series (charge_point_id, connector_id, measurand, unit)
     select id, 1, 'Power.Active.Import', 'W' from charge_points returning id`,
  );
  return rows.map(({ id }) => id);
}

/** As a worker writes them: readings of now, one of each of `changes` charge points, whose values are numbers from `first` on. */
export function payloadOf(series: readonly number[], first: number, changes: number): string {
  const numbers = Array.from({ length: changes }, (_, index) => first + index);
  const payload: ReadingsPayload = {
    inserted: {
      series: numbers.map((number) => series[number % series.length] ?? 0),
      ts: numbers.map(() => Date.now()),
      context: numbers.map(() => 1),
      value: numbers,
      transaction: numbers.map(() => null),
      quality: numbers.map(() => 0),
    },
  };
  return JSON.stringify(payload);
}
