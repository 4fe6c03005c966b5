import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COEFFICIENTS, type CoefficientName } from '../../server/plan/coefficients.js';
import { migrate } from '../../store/migrate.js';
import { runRollups } from '../harness/run-rollups.js';
import { startOwnPostgres } from '../integrity/system/own-postgres.js';
import { Feeder, message, openStore, reading, type Store } from './store-harness.js';

/** Eight hours of a small fleet: two series a charge point, a reading of each every five minutes, in flushes of 1,200. */
const CHARGE_POINTS = 100;
const INTERVAL_MS = 300_000;
const DAY = Date.UTC(2026, 0, 15);
const SAMPLES = 96;
const READINGS = CHARGE_POINTS * SAMPLES * 2;
const AT_ONCE = 6;
const NEWCOMERS = 2_000;

let store: Store;
const measured = new Map<CoefficientName, number>();

beforeAll(async () => {
  // The write-ahead log is of a whole server: on the shared one other tests write to it, too.
  const postgres = await startOwnPostgres();
  await migrate(postgres.url);
  store = await openStore({ url: postgres.url, drop: () => postgres.dispose() });
  const feeder = await Feeder.claim(store.sink({ now: () => DAY + 86_400_000 }));
  const wal = (): Promise<number> => number(`select (pg_current_wal_insert_lsn() - '0/0')::float8`);
  const walBefore = await wal();
  let offset = 0;
  for (let sample = 0; sample < SAMPLES; sample += AT_ONCE) {
    const messages = [];
    for (let step = sample; step < sample + AT_ONCE; step++) {
      for (let index = 0; index < CHARGE_POINTS; index++) {
        const shared = { chargePointId: `Depot-${index}`, timestampMs: DAY + step * INTERVAL_MS };
        messages.push(
          message(offset++, [
            reading({ ...shared, value: index * 100_000 + step * 625.125 }),
            reading({ ...shared, measurand: 'Power.Active.Import', unit: 'W', value: 7_400 + (step % 37) }),
          ]),
        );
      }
    }
    await feeder.store(messages);
  }
  measured.set('walBytesPerReading', ((await wal()) - walBefore) / READINGS);
  const feedBytes = await number(
    `select sum(pg_column_size(payload))::float8 from feed where kind = 'readings'`,
  );
  measured.set('feedBytesPerReading', feedBytes / READINGS);
  const rolledFrom = await wal();
  await runRollups(store.pool);
  const rows = await number(
    `select (select count(*) from rollup_15m) + (select count(*) from rollup_1h) + (select count(*) from rollup_1d)`,
  );
  measured.set('walBytesPerAggregateRow', ((await wal()) - rolledFrom) / rows);
  await store.pool.query('vacuum (analyze) readings, rollup_15m, rollup_1h, rollup_1d, latest_readings');
  measured.set('rawBytesPerReading', await bytesOf('readings_20260115', READINGS));
  measured.set(
    'keyBytesPerReading',
    (await number(`select pg_indexes_size('readings_20260115')::float8`)) / READINGS,
  );
  measured.set('rollup15mBytesPerRow', await bytesOf('rollup_15m'));
  measured.set('rollup1hBytesPerRow', await bytesOf('rollup_1h'));
  await newcomers(feeder, offset);
  const series = await number('select count(*)::float8 from series');
  const perSeries = ['series', 'latest_readings', 'charge_points'].map((table) => bytesOf(table, series));
  measured.set(
    'bytesPerSeries',
    (await Promise.all(perSeries)).reduce((sum, bytes) => sum + bytes, 0),
  );
});
afterAll(() => store.close());

/** So many charge points that the first pages of their tables and indexes no longer count. */
async function newcomers(feeder: Feeder, offset: number): Promise<void> {
  const shared = { timestampMs: DAY - 86_400_000, value: 1 };
  await feeder.store(
    Array.from({ length: NEWCOMERS }, (_, index) =>
      message(offset + index, [
        reading({ ...shared, chargePointId: `Street-${index}` }),
        reading({ ...shared, chargePointId: `Street-${index}`, measurand: 'Power.Active.Import', unit: 'W' }),
      ]),
    ),
  );
  await store.pool.query('vacuum (analyze) series, latest_readings, charge_points');
}

async function number(sql: string): Promise<number> {
  const { rows } = await store.pool.query<Record<string, number>>(sql);
  return Object.values(rows[0] ?? {})[0] ?? NaN;
}

/** Bytes on disk of a table with its indexes, by row. */
async function bytesOf(table: string, rows?: number): Promise<number> {
  const size = await number(`select pg_total_relation_size('${table}')::float8`);
  return size / (rows ?? (await number(`select count(*)::float8 from ${table}`)));
}

describe('what a plan takes a row to cost', () => {
  it.each(
    (Object.keys(COEFFICIENTS) as CoefficientName[]).filter(
      (name) => COEFFICIENTS[name].source.kind === 'seeded',
    ),
  )('%s is what a seeded database takes', (name) => {
    const { value, source } = COEFFICIENTS[name];
    const found = measured.get(name) ?? NaN;
    const tolerance = source.kind === 'seeded' ? source.tolerance : 0;
    expect(Math.abs(found / value - 1), `${name} is ${found} here, and ${value} in the plan`).toBeLessThan(
      tolerance,
    );
  });
});
