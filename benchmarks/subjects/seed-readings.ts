/**
 * Many readings of a plain fleet, straight into the tables in the order of time: each charge point charges for two hours a day and
 * samples its register and its power every two minutes. Aggregates are made of them by the real pass.
 */
import { prepareDays } from '../seed-days.js';
import { createPool, type Pool } from '../../store/pool.js';
import { serve } from '../child.js';
import { computeRollups } from '../compute-rollups.js';
import { SAMPLES_A_DAY, SERIES } from '../fleet.js';
import { insertFleet } from '../insert-fleet.js';

export interface SeedRequest {
  readonly databaseUrl: string;
  readonly chargePoints: number;
  /** Begin of the first UTC day, ms since 1970. */
  readonly fromMs: number;
  readonly days: number;
}

export interface SeedResult {
  readonly readings: number;
  readonly storeSeconds: number;
  readonly rollupSeconds: number;
}

const SAMPLE_SECONDS = 120;
/** Of 6 kW for two minutes. */
const STEP_WH = 200;
const DAY_MS = 86_400_000;

async function seed(request: SeedRequest): Promise<SeedResult> {
  const pool = createPool({ url: request.databaseUrl, max: 2, applicationName: 'bench' });
  try {
    const startedAt = performance.now();
    await prepareDays(pool, request.fromMs, request.days);
    await insertFleet(pool, request.chargePoints);
    for (let day = 0; day < request.days; day++) {
      await insertDay(pool, request.chargePoints, day, request.fromMs + day * DAY_MS);
    }
    await insertBooks(pool);
    const storedAt = performance.now();
    await computeRollups(pool);
    const computedAt = performance.now();
    await pool.query('vacuum analyze');
    return {
      readings: request.chargePoints * SERIES * SAMPLES_A_DAY * request.days,
      storeSeconds: (storedAt - startedAt) / 1_000,
      rollupSeconds: (computedAt - storedAt) / 1_000,
    };
  } finally {
    await pool.end();
  }
}

/** Sessions begin at any minute of the day's first 21 hours; the register stands still from one to the next. */
async function insertDay(pool: Pool, chargePoints: number, day: number, fromMs: number): Promise<void> {
  await pool.query(
    `insert into readings (series_id, ts, context, value, received_at, batch_id)
     select 2 * n - 1 + m, at.ts, 1, case m when 0 then n * 1000 + ($2::integer * ($3::integer - 1) + k) * ${STEP_WH} else 6000 + n % 7 end,
       at.ts, $2
     from generate_series(0, $3::integer - 1) as k, generate_series(1, $1::integer) as n, generate_series(0, 1) as m,
       lateral (select $4::timestamptz + make_interval(secs => (n * 7919 % 1260) * 60 + k * ${SAMPLE_SECONDS})) as at (ts)
     order by at.ts`,
    [chargePoints, day, SAMPLES_A_DAY, new Date(fromMs)],
  );
}

/** What a worker keeps beside the rows: newest values, and how far it came. */
async function insertBooks(pool: Pool): Promise<void> {
  await pool.query(
    `insert into latest_readings (series_id, ts, value, received_at, context)
     select s.id, r.ts, r.value, r.received_at, r.context from series s cross join lateral (
       select * from readings where series_id = s.id order by ts desc limit 1
     ) r`,
  );
  await pool.query(
    `insert into consumer_positions (topic, partition, next_offset, first_ts, last_ts)
     select 'bench', 0, 1, min(ts), max(ts) from readings`,
  );
}

serve({ seed });
