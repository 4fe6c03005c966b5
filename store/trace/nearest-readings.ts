import { storedReadings } from '../compaction/stored-readings.js';
import type { Query } from '../read/read-database.js';
import { timeParameter } from '../read/time-parameter.js';

export interface NearestReadings {
  /** Time of the last reading before, and of the first one behind; null: none within a day. */
  readonly before: Date | null;
  readonly after: Date | null;
}

const DAY_MS = 86_400_000;

const times = (from: string, to: string): string =>
  storedReadings({
    columns: ['ts'],
    series: '= ours.id',
    from: `${from}::timestamptz`,
    to: `${to}::timestamptz`,
  });

/** Plan: three days at most, by their primary keys. */
const SQL = `
  with ours as materialized (select id from series where charge_point_id = $1)
  select
    (select max(r.ts) from ours cross join lateral (
      select ts from ${times('$2', '$3')} either
      order by ts desc limit 1) r) as before,
    (select min(r.ts) from ours cross join lateral (
      select ts from ${times('$4', '$5')} either
      order by ts limit 1) r) as after`;

/** Readings of a charge point around a span (half-open, ms) that has none: a wrong time zone shows by them. */
export async function readNearest(
  query: Query,
  chargePointId: string,
  fromMs: number,
  toMs: number,
): Promise<NearestReadings> {
  const [row] = await query<NearestReadings>(SQL, [
    chargePointId,
    ...[fromMs - DAY_MS, fromMs, toMs, toMs + DAY_MS].map(timeParameter),
  ]);
  return row ?? { before: null, after: null };
}
