import { setTimeout as delay } from 'node:timers/promises';
import { moveSeries } from '../compaction/compact-chunk.js';
import { existingDays, isoDate, type Day } from '../partitions.js';
import type { Pool } from '../pool.js';

/**
 * Days before the horizon whose readings stay: what is computed at the horizon depends on intervals that end on the day before it.
 */
export const KEPT_DAYS = 2;

/**
 * What a late reading changes, and what that depends on, is no more than 22 samples away (server/rollups/neighbourhood.ts). Of series
 * with fewer than this between a day and the horizon, the readings of that day stay, compacted: the energy across a silence, however
 * long, is known by them.
 */
export const KEPT_SAMPLES = 32;

const DROP_TRIES = 20;
const DROP_AGAIN_MS = 500;

export interface DroppedDay {
  readonly day: Day;
  /** Series of which the readings of that day stay. */
  readonly kept: number;
}

/** SQL: samples that the aggregates know of a series `s.id` after a day $1 and before the horizon $2, as far as they matter. */
const SAMPLES = `
  select coalesce(sum(n), 0) from (
    select coalesce(energy_samples, count) as n from rollup_15m
    where series_id = s.id and bucket >= ($1::date + 1)::timestamp at time zone 'UTC' and bucket < $2::timestamptz
      and coalesce(energy_samples, count) > 0
    order by bucket limit ${KEPT_SAMPLES}
  ) near`;

/** Series that have rows of a day, one step of the primary key each. */
const SILENT_ROWS = `
  with recursive s (id) as (
    select min(series_id) from readings where ts >= $3::timestamptz and ts < $4::timestamptz
    union all
    select (select min(series_id) from readings where ts >= $3::timestamptz and ts < $4::timestamptz and series_id > s.id)
    from s where s.id is not null
  )
  select s.id from s where s.id is not null and (${SAMPLES}) < ${KEPT_SAMPLES} order by s.id`;

const LOUD_COMPACTED = `
  delete from compacted_readings c using (
    select s.series_id as id from compacted_readings s where s.day = $1::date
  ) s
  where c.day = $1::date and c.series_id = s.id and (${SAMPLES}) >= ${KEPT_SAMPLES}`;

/**
 * Drops the readings of days before the horizon, oldest first, but those that what comes later depends on. May be broken off, and be
 * run again.
 */
export async function dropReadings(
  pool: Pool,
  horizonMs: number,
  signal: AbortSignal,
  onDropped: (dropped: DroppedDay) => void,
): Promise<{ readonly days: number; readonly left: number }> {
  const before = horizonMs / DAY_MS - KEPT_DAYS;
  const horizon = new Date(horizonMs).toISOString();
  let days = 0;
  let left = 0;
  for (const day of [...(await existingDays(pool))].sort((a, b) => a - b)) {
    if (day >= before || signal.aborted) break;
    const bounds = [day, day + 1].map((each) => `${isoDate(each)} 00:00+00`);
    const { rows } = await pool.query<{ id: number }>(SILENT_ROWS, [isoDate(day), horizon, ...bounds]);
    const silent = rows.map(({ id }) => id);
    if (silent.length > 0 && !(await keepSeries(pool, day, silent))) {
      left += 1;
      continue;
    }
    if (!(await dropDay(pool, day, signal))) {
      left += 1;
      continue;
    }
    days += 1;
    onDropped({ day, kept: silent.length });
  }
  await dropCompacted(pool, before, horizon, signal);
  await pool.query('delete from reading_conflicts where ts < $1::timestamptz', [
    `${isoDate(before)} 00:00+00`,
  ]);
  return { days, left };
}

const DAY_MS = 86_400_000;

/** false: somebody holds the day. */
async function keepSeries(pool: Pool, day: Day, series: readonly number[]): Promise<boolean> {
  await pool.query('select begin_compaction()');
  return (await moveSeries(pool, day, series)) !== 'held';
}

/** What the day has in rows goes with its partition. false: readers or writers were in its way all the time. */
async function dropDay(pool: Pool, day: Day, signal: AbortSignal): Promise<boolean> {
  for (let tries = 0; tries < DROP_TRIES && !signal.aborted; tries++) {
    const { rows } = await pool.query<{ done: boolean }>('select drop_reading_day($1::date) as done', [
      isoDate(day),
    ]);
    if (rows[0]?.done === true) return true;
    await delay(DROP_AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

/** Also of days that were left for series that have been heard of again since. */
async function dropCompacted(pool: Pool, before: Day, horizon: string, signal: AbortSignal): Promise<void> {
  const { rows } = await pool.query<{ day: string }>(
    'select day::text from compacted_days where day < $1::date order by day',
    [isoDate(before)],
  );
  for (const { day } of rows) {
    if (signal.aborted) return;
    await pool.query(LOUD_COMPACTED, [day, horizon]);
    await pool.query(
      `delete from compacted_days d where d.day = $1::date and not exists (select from compacted_readings c where c.day = d.day)`,
      [day],
    );
  }
}
