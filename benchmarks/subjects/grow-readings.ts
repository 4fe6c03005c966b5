/**
 * Makes readings as fast as PostgreSQL takes them: a day is a table without an index, written in the order of time, which gets its
 * key and becomes a partition when it is full. Aggregates of the first charge points are made by the real pass; all others
 * sample like one of them, and get a copy.
 */
import { createPool, type Pool, type PoolClient } from '../../store/pool.js';
import { dayOf, partitionName } from '../../store/partitions.js';
import { serve } from '../child.js';
import { computeRollups } from '../compute-rollups.js';
import { SAMPLES_A_DAY, SERIES } from '../fleet.js';
import { DAY_MS, DAYS, FROM, SAMPLE_SECONDS, STARTS, startMinuteOf } from '../growth/grown-fleet.js';
import { insertFleet } from '../insert-fleet.js';

export interface GrowRequest {
  readonly databaseUrl: string;
  readonly chargePoints: number;
}

const AGGREGATES = ['rollup_15m', 'rollup_1h', 'rollup_1d', 'register_evidence', 'register_semantics'];

/** @returns whether there was anything to make. One step a call, so that a run that is interrupted goes on where it was. */
async function growOn({ databaseUrl, chargePoints }: GrowRequest): Promise<boolean> {
  const pool = createPool({ url: databaseUrl, max: 2, applicationName: 'bench' });
  try {
    if (!(await has(pool, 'select from series'))) await insertFleet(pool, chargePoints);
    for (let day = 0; day < DAYS; day++) {
      if (await isThere(pool, day)) continue;
      await makeDay(pool, chargePoints, day);
      return true;
    }
    if (await has(pool, 'select from logs')) return false;
    await insertBooks(pool);
    await makeAggregates(pool, chargePoints);
    await pool.query('vacuum (freeze, analyze)');
    // Written last: what is interrupted before is made again.
    await pool.query(`insert into logs (topic, identity) values ('bench', 'grown')`);
    return true;
  } finally {
    await pool.end();
  }
}

async function has(pool: Pool, sql: string, values: unknown[] = []): Promise<boolean> {
  return ((await pool.query(`${sql} limit 1`, values)).rowCount ?? 0) > 0;
}

async function isThere(pool: Pool, day: number): Promise<boolean> {
  return has(pool, 'select from pg_inherits where inhrelid = to_regclass($1)', [nameOf(day)]);
}

const nameOf = (day: number): string => partitionName(dayOf(FROM + day * DAY_MS));
const dateOf = (day: number): string => new Date(FROM + day * DAY_MS).toISOString().slice(0, 10);

/** Whole or not at all; without a log of it where the server runs with wal_level=minimal. */
async function makeDay(pool: Pool, chargePoints: number, day: number): Promise<void> {
  const name = nameOf(day);
  await inTransaction(pool, async (client) => {
    await client.query(`set local maintenance_work_mem = '1GB'`);
    await client.query(`create table ${name} (like readings including all excluding indexes)`);
    await client.query(minutesOf(name, day, chargePoints));
    await client.query(`alter table ${name} add primary key (series_id, ts, context)`);
    await client.query(
      `alter table readings attach partition ${name} for values from ('${dateOf(day)}') to ('${dateOf(day + 1)}')`,
    );
  });
  await pool.query(`vacuum (freeze, analyze) ${name}`);
}

/** Minute by minute, all charge points that sample in it. Numbers only: nothing of it comes from outside. */
function minutesOf(table: string, day: number, chargePoints: number): string {
  const minutesASample = SAMPLE_SECONDS / 60;
  const last = STARTS - 1 + (SAMPLES_A_DAY - 1) * minutesASample;
  const firstOf = Array.from({ length: STARTS }, () => 0);
  for (let n = 1; n <= STARTS; n++) firstOf[startMinuteOf(n)] = n;
  return `do $$
    declare first_of constant integer[] := '{${firstOf.join()}}';
    begin
      for minute in 0..${last} loop
        insert into ${table} (series_id, ts, context, value, received_at, batch_id)
        select 2 * n - 1 + m, '${dateOf(day)}'::timestamptz + make_interval(mins => minute), 1,
          case m when 0 then (n % ${STARTS}) * 1000 + (${day * (SAMPLES_A_DAY - 1)} + k) * 200 else 6000 + n % 7 end,
          '${dateOf(day)}'::timestamptz + make_interval(mins => minute), 0
        from generate_series(greatest(0, (minute - ${STARTS - 1} + ${minutesASample - 1}) / ${minutesASample}), least(${SAMPLES_A_DAY - 1}, minute / ${minutesASample})) as k,
          lateral generate_series(first_of[minute - ${minutesASample} * k + 1], ${chargePoints}, ${STARTS}) as n, generate_series(0, ${SERIES - 1}) as m;
      end loop;
    end $$`;
}

async function makeAggregates(pool: Pool, chargePoints: number): Promise<void> {
  const template = Math.min(chargePoints, STARTS) * SERIES;
  for (const table of AGGREGATES) await pool.query(`truncate ${table}`);
  await pool.query('truncate rollup_marks');
  await computeRollups(pool, template);
  for (const table of AGGREGATES) {
    const { rows } = await pool.query<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attname <> 'series_id'`,
      [table],
    );
    const columns = rows.map(({ name }) => name).join(', ');
    for (let from = template; from < chargePoints * SERIES; from += template) {
      await pool.query(
        `insert into ${table} (series_id, ${columns}) select series_id + $1::integer, ${columns} from ${table}
         where series_id <= $2::integer and series_id + $1::integer <= $3::integer order by series_id`,
        [from, template, chargePoints * SERIES],
      );
    }
  }
}

/** What a worker keeps beside the rows: newest values, and how far it came. */
async function insertBooks(pool: Pool): Promise<void> {
  await pool.query('truncate latest_readings, consumer_positions');
  await pool.query(
    `insert into latest_readings (series_id, ts, value, received_at, context)
     select distinct on (series_id) series_id, ts, value, received_at, context from ${nameOf(DAYS - 1)}
     order by series_id, ts desc`,
  );
  await pool.query(`select setval('reading_batches', 1000)`);
  await pool.query(
    `insert into consumer_positions (topic, partition, next_offset, first_ts, last_ts)
     select 'bench', 0, 1, (select min(ts) from ${nameOf(0)}), (select max(ts) from ${nameOf(DAYS - 1)})`,
  );
}

async function inTransaction(pool: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  let failed = true;
  try {
    await client.query('begin');
    await work(client);
    await client.query('commit');
    failed = false;
  } finally {
    client.release(failed);
  }
}

serve({ growOn });
