import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compactDays, type Compacted } from '../../store/compaction/compact-days.js';
import { ALL_STORED_READINGS } from '../../store/compaction/stored-readings.js';
import { dayOf } from '../../store/partitions.js';
import { count, Feeder, message, openStore, reading, T0, type Store } from './store-harness.js';

let store: Store;

beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  await store.pool.query(
    'truncate readings, compacted_readings, compacted_days, reading_conflicts, latest_readings, consumer_positions',
  );
});

const compact = async (): Promise<Compacted> => {
  const compacted = await compactDays({
    pool: store.pool,
    before: dayOf(T0) + 10,
    vacuum: true,
    signal: new AbortController().signal,
  });
  if (compacted === 'busy') throw new Error('somebody else compacts');
  return compacted;
};

/** Every column of every reading, as text: no digit is lost on the way. */
async function stored(): Promise<string[]> {
  const { rows } = await store.pool.query<{ row: string }>(
    `select row(r.series_id, r.ts, r.context, r.value, r.transaction_id, r.quality, r.received_at, r.batch_id)::text as row
     from ${ALL_STORED_READINGS} r order by r.series_id, r.ts, r.context`,
  );
  return rows.map(({ row }) => row);
}

describe('compaction', () => {
  it('keeps each column of each reading, whatever they are', async () => {
    await Feeder.claim(store.sink());
    await store.pool.query(`select make_reading_day('2026-01-15')`);
    const insert = (series: number, columns: string, rows: number): Promise<unknown> =>
      store.pool.query(
        `insert into readings (series_id, ts, context, value, transaction_id, quality, received_at, batch_id)
         select ${series}, ${columns} from generate_series(0, ${rows - 1}) as n`,
      );
    const at = `timestamptz '2026-01-15' + n * interval '1 minute'`;
    // A register at a cadence; times to the microsecond; nothing but noise; two contexts at one time; sessions that come and go.
    await insert(1, `${at}, 1, 1000000 + n * 12.5, null, 0, ${at} + interval '0.3 s', n / 3`, 1_440);
    await insert(2, `${at} + n * interval '1.000001 s', 1, n, 7, 0, ${at} - interval '1 day', 9`, 100);
    await insert(
      3,
      `${at}, 1, sin(n) * pow(10, n), n, n % 3, ${at} + n * n * interval '1 s', n::bigint * n * n * 1000000`,
      300,
    );
    await insert(4, `${at}, 1 + n % 2, -n / 1000.0, nullif(n / 10, 3), 0, ${at}, 0`, 200);
    await insert(4, `${at}, 10 + n % 2, 0.1, null, 4, ${at}, 2 ^ 52 - n`, 200);
    await insert(5, `${at}, 1, float8 '-0', null, 0, ${at}, 1`, 2);
    await insert(6, `${at}, 32767, 1e15 - n * 0.125, 9007199254740991, -32768, ${at}, 1`, 3);
    await insert(7, `timestamptz '2026-01-15 23:59:59.999', 1, 5, null, 0, ${at}, 1`, 1);
    const before = await stored();
    expect(before).toHaveLength(1_440 + 100 + 300 + 400 + 2 + 3 + 1);

    expect(await compact()).toEqual({ days: 1, series: 7, readings: before.length, held: 0 });

    expect(await stored()).toEqual(before);
    expect(await count(store.pool, 'readings')).toBe(0);
    expect(await count(store.pool, 'compacted_readings')).toBe(7);
  });

  it('gives the space of the rows back', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store(
      Array.from({ length: 2_000 }, (_, n) => message(n, [reading({ timestampMs: T0 + n * 1_000 })])),
    );
    const bytes = async (): Promise<number> => {
      const { rows } = await store.pool.query<{ bytes: number }>(
        `select pg_total_relation_size('readings_20260115') as bytes`,
      );
      return rows[0]?.bytes ?? NaN;
    };
    const before = await bytes();
    await compact();
    expect(await bytes()).toBeLessThan(before / 8);
    expect(await compact()).toEqual({ days: 0, series: 0, readings: 0, held: 0 });
  });
});
