import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DayPartitions, dayOf, ensurePartitionsAhead, partitionName } from '../../store/partitions.js';
import {
  count,
  counters,
  Feeder,
  message,
  naturalRows,
  openStore,
  reading,
  T0,
  type Store,
} from './store-harness.js';

const DAY_MS = 86_400_000;

let store: Store;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

async function partitions(): Promise<string[]> {
  const { rows } = await store.pool.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'readings'::regclass order by 1`,
  );
  return rows.map(({ name }) => name);
}

describe('day partitions', () => {
  it('are made ahead from yesterday on, any number of times', async () => {
    await Promise.all([1, 2, 3].map(() => ensurePartitionsAhead(store.pool, 3, () => T0)));

    expect(await partitions()).toEqual([
      'readings_20260114',
      'readings_20260115',
      'readings_20260116',
      'readings_20260117',
      'readings_20260118',
    ]);
  });

  it('hold their UTC day from its first to its last millisecond', async () => {
    const feeder = await Feeder.claim(store.sink());
    const midnight = Date.UTC(2024, 1, 29);
    await feeder.store([
      message(
        0,
        [midnight, midnight + DAY_MS - 1, midnight + DAY_MS].map((timestampMs) => reading({ timestampMs })),
      ),
    ]);

    expect(await count(store.pool, partitionName(dayOf(midnight)))).toBe(2);
    expect(await count(store.pool, 'readings_20240301')).toBe(1);
  });

  it('are the same however many workers meet a day first', async () => {
    const feeders = await Promise.all([0, 1, 2, 3].map((partition) => Feeder.claim(store.sink(), partition)));

    const counts = await Promise.all(
      feeders.map((feeder, own) =>
        feeder.store(
          Array.from({ length: 30 }, (_, day) =>
            message(day, [
              reading({
                // The charge points overlap, so that the dictionaries meet as well.
                chargePointId: `CP-${day % 5}`,
                connectorId: own,
                timestampMs: T0 - day * DAY_MS,
                context: `Vendor.${day % 3}`,
                transactionId: `${day}`,
              }),
            ]),
          ),
        ),
      ),
    );

    expect(counts.map(({ readings }) => readings.stored)).toEqual([30, 30, 30, 30]);
    expect(await partitions()).toHaveLength(30);
    expect(await count(store.pool, 'charge_points')).toBe(5);
    expect(await count(store.pool, 'series')).toBe(20);
    expect(await count(store.pool, 'transactions')).toBe(30);
    expect((await naturalRows(store.pool)).readings).toHaveLength(120);
    expect(await counters(store.pool)).toMatchObject({ received: 120, stored: 120 });
  });

  it('beyond the limit send their readings to quarantine, the days nearest today come first', async () => {
    const feeder = await Feeder.claim(store.sink({ partitionsMax: 3 }));
    const days = [400, 2, 300, 1, 200].map((ago) => reading({ timestampMs: T0 - ago * DAY_MS }));

    const counts = await feeder.store([message(0, days)]);
    await feeder.store([message(1, [reading({ timestampMs: T0 - 200 * DAY_MS + 1 })])]);

    expect(counts.messages).toMatchObject({ stored: 1, rejected: 0 });
    expect(counts.readings).toEqual({ stored: 3, duplicate: 0, conflicting: 0, rejected: 2 });
    const { rows } = await store.pool.query('select path, reason from quarantine order by id');
    expect(rows).toEqual([
      { path: '/readings/0', reason: 'partition_limit' },
      { path: '/readings/2', reason: 'partition_limit' },
    ]);
    expect(await count(store.pool, 'readings')).toBe(4);
  });

  it('keep to the limit where two flushes of one worker want the last one', async () => {
    const days = new DayPartitions({ pool: store.pool, max: 1, now: () => T0 });
    const today = dayOf(T0);

    const refused = await Promise.all([
      days.ensurePartitions([today - 10]),
      days.ensurePartitions([today - 20]),
    ]);

    expect(refused).toEqual([new Set(), new Set([today - 20])]);
    expect(await partitions()).toEqual([partitionName(today - 10)]);
  });

  it('of today can be had although old readings have used the limit up', async () => {
    const days = new DayPartitions({ pool: store.pool, max: 2, now: () => T0 });
    const today = dayOf(T0);

    expect(await days.ensurePartitions([today - 10, today - 20])).toEqual(new Set());
    expect(await days.ensurePartitions([today, today - 30])).toEqual(new Set([today - 30]));
  });

  it('that were dropped are made again when a late reading comes', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([message(0, [reading()])]);
    await store.pool.query(`drop table ${partitionName(dayOf(T0))}`);

    const counts = await feeder.store([message(1, [reading({ value: 3 })])]);

    expect(counts.readings.stored).toBe(1);
    expect(await count(store.pool, 'readings')).toBe(1);
  });

  it('leave the flushes of other days alone while they are made', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([message(0, [reading()])]);
    const writer = await store.pool.connect();
    await writer.query('begin');
    await writer.query('update readings set quality = 1');

    const days = new DayPartitions({ pool: store.pool, max: 100, now: () => T0 });
    expect(await days.ensurePartitions([dayOf(T0) + 1])).toEqual(new Set());

    await writer.query('rollback');
    writer.release();
  });
});
