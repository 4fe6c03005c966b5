import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStoreGauges } from '../../server/compose/store-gauges.js';
import { daysAhead, ensurePartitionsAhead, partitionName, dayOf } from '../../store/partitions.js';
import { unaccountedMessages } from '../../store/unaccounted-messages.js';
import { Feeder, message, openStore, reading, T0, type Store } from './store-harness.js';

const DAY_MS = 86_400_000;

let store: Store;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

const drop = (day: number): Promise<unknown> => store.pool.query(`drop table ${partitionName(day)}`);

describe('days ahead', () => {
  it('are those from tomorrow on that have a partition', async () => {
    await ensurePartitionsAhead(store.pool, 3, () => T0);
    expect(await daysAhead(store.pool, () => T0)).toBe(3);
    expect(await daysAhead(store.pool, () => T0 + 2 * DAY_MS)).toBe(1);
    expect(await daysAhead(store.pool, () => T0 + 3 * DAY_MS)).toBe(0);
  });

  it('end at the first gap: what lies behind it helps nobody at midnight', async () => {
    await ensurePartitionsAhead(store.pool, 3, () => T0);
    await drop(dayOf(T0) + 2);
    expect(await daysAhead(store.pool, () => T0)).toBe(1);
    await drop(dayOf(T0) + 1);
    expect(await daysAhead(store.pool, () => T0)).toBe(0);
  });
});

describe('unaccounted messages', () => {
  it('are none before the first message, and none after a flush', async () => {
    expect(await unaccountedMessages(store.pool)).toBe(0);
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([message(0, [reading()]), message(1, [reading()])]);
    expect(await unaccountedMessages(store.pool)).toBe(0);
  });

  it('are those whose counters were changed, partition by partition: one does not make up for another', async () => {
    for (const partition of [0, 1]) {
      const feeder = await Feeder.claim(store.sink(), partition);
      await feeder.store([message(0, [reading({ timestampMs: T0 + partition })])]);
    }
    await store.pool.query(
      'update consumer_positions set messages_stored = messages_stored + case partition when 0 then 2 else -1 end',
    );
    expect(await unaccountedMessages(store.pool)).toBe(3);
  });
});

describe('gauges of the store', () => {
  it('tell what the database says when they are asked', async () => {
    const registry = new Registry();
    createStoreGauges(registry, store.pool);
    await ensurePartitionsAhead(store.pool, 5);
    const text = await registry.metrics();
    expect(text).toContain('\nmeterpulse_store_partitions_ahead_days 5\n');
    expect(text).toContain('\nmeterpulse_store_unaccounted_messages 0\n');
  });

  it('keep what they told while the database does not answer', async () => {
    const registry = new Registry();
    createStoreGauges(registry, store.pool);
    await ensurePartitionsAhead(store.pool, 5);
    await registry.metrics();
    await store.pool.query('alter table readings rename to readings_elsewhere');
    expect(await registry.metrics()).toContain('\nmeterpulse_store_partitions_ahead_days 5\n');
  });
});
