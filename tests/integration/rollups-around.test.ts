import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { RollupPass } from '../../server/rollups/rollup-pass.js';
import { shardsWithMarks } from '../../store/rollups/marks.js';
import { inShard } from '../../store/rollups/shard.js';
import type { Reading } from '../../protocol/reading.js';
import { Feeder, message, openStore, reading, T0, type Store } from './store-harness.js';

/** What a change reaches beyond itself. */
let store: Store;
let feeder: Feeder;
let chargePoints = 0;
let chargePointId = '';

beforeAll(async () => {
  store = await openStore();
  feeder = await Feeder.claim(store.sink({ partitionsMax: 1_000 }));
});
afterAll(() => store.close());
beforeEach(() => {
  chargePointId = `CP-${++chargePoints}`;
});

const HOUR_MS = 3_600_000;

async function stored(...readings: readonly Partial<Reading>[]): Promise<void> {
  await feeder.store([
    message(
      feeder.position,
      readings.map((each) => reading({ chargePointId, ...each })),
    ),
  ]);
}

async function computed(): Promise<void> {
  const pass = new RollupPass();
  for (;;) {
    const [shard] = await shardsWithMarks(store.pool);
    if (shard === undefined) return;
    await inShard(store.pool, shard, (client) => pass.ofMarks(client, shard, 1_000));
  }
}

/** Of the charge point, in all, and the first bucket that has any. */
async function energy(): Promise<{ wh: number; fromMs: number }> {
  const { rows } = await store.pool.query<{ wh: number; fromMs: number }>(
    `select sum(measured_wh + estimated_wh) as wh, (extract(epoch from min(bucket)) * 1000)::float8 as "fromMs"
     from rollup_15m r join series s on s.id = r.series_id
     where s.charge_point_id = $1 and measured_wh + estimated_wh > 0`,
    [chargePointId],
  );
  if (rows[0] === undefined) throw new Error('no row');
  return rows[0];
}

it('the energy between two readings of one flush is found, however far apart they are', async () => {
  await stored({ value: 1_000 }, { timestampMs: T0 + 14 * HOUR_MS, value: 8_000 });
  await computed();
  expect((await energy()).wh).toBeCloseTo(7_000, 6);
});

it('the energy between readings of two flushes is found, that are computed in one pass', async () => {
  await stored({ value: 1_000 });
  await stored({ timestampMs: T0 + 40 * 24 * HOUR_MS, value: 8_000 });
  await computed();
  expect((await energy()).wh).toBeCloseTo(7_000, 6);
});

it('the energy of the first interval there is flows before it, also into the day before', async () => {
  const midnight = Date.UTC(2026, 0, 15);
  const interval = { measurand: 'Energy.Active.Import.Interval' };
  await stored(
    { ...interval, timestampMs: midnight + HOUR_MS / 2, value: 400 },
    { ...interval, timestampMs: midnight + 1.5 * HOUR_MS, value: 100 },
  );
  await computed();
  const before = await energy();
  expect(before.wh).toBeCloseTo(500, 6);
  expect(before.fromMs).toBe(midnight - HOUR_MS / 2);
  // Now that its span is known to be shorter, nothing of it is left in the day before.
  await stored({ ...interval, timestampMs: midnight + 0.75 * HOUR_MS, value: 0 });
  await computed();
  const after = await energy();
  expect(after.wh).toBeCloseTo(500, 6);
  expect(after.fromMs).toBe(midnight + HOUR_MS / 4);
});

it('how a register counts is told by its first readings, also when no energy comes of them', async () => {
  const clock = (minutes: number, value: number): Partial<Reading> => ({
    ...{ context: 'Sample.Clock', timestampMs: T0 + minutes * 60_000, value },
  });
  const periodic = (minutes: number, value: number): Partial<Reading> => ({
    ...{ timestampMs: T0 + minutes * 60_000, value },
  });
  const contradictions = async (): Promise<number | undefined> => {
    const { rows } = await store.pool.query<{ n: number }>(
      `select clock_contradictions as n from register_semantics r join series s on s.id = r.series_id
       where s.charge_point_id = $1`,
      [chargePointId],
    );
    return rows[0]?.n;
  };
  await stored(
    clock(0, 800_000),
    periodic(20, 500),
    clock(40, 801_000),
    periodic(60, 1_500),
    clock(80, 802_000),
  );
  await computed();
  expect(await contradictions()).toBe(3);
  // The clock counts no more; what it contradicts is found all the same.
  await stored(periodic(100, 2_500));
  await computed();
  expect(await contradictions()).toBe(4);
  await stored(periodic(21, 510));
  await computed();
  expect(await contradictions()).toBe(3);
});
