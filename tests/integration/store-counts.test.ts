import { beforeEach, describe, expect, it } from 'vitest';
import {
  count,
  counters,
  Feeder,
  message,
  naturalRows,
  openStore,
  reading,
  reject,
  T0,
  type Store,
} from './store-harness.js';

let store: Store;
beforeEach(async () => {
  store = await openStore();
  return () => store.close();
});

describe('storing a batch', () => {
  it('counts every message and reading once, by what became of it', async () => {
    const feeder = await Feeder.claim(store.sink());

    const counts = await feeder.store([
      message(0, [reading(), reading({ measurand: 'Voltage', unit: 'V', value: 230 })]),
      message(1, [reading()]),
      message(2, [reading({ value: 2 })]),
      message(3, [], { rejects: [reject()] }),
      message(4, [reading({ timestampMs: T0 + 1000 })], { rejects: [reject(), reject({ path: '/x' })] }),
    ]);

    expect(counts).toEqual({
      messages: { received: 5, stored: 3, duplicate: 1, rejected: 1 },
      readings: { stored: 3, duplicate: 1, conflicting: 1, rejected: 3 },
    });
    expect(await count(store.pool, 'readings')).toBe(3);
    expect(await count(store.pool, 'reading_conflicts')).toBe(1);
    expect(await count(store.pool, 'quarantine')).toBe(3);
    expect(await counters(store.pool)).toEqual({
      received: 5,
      messages_stored: 3,
      messages_duplicate: 1,
      messages_rejected: 1,
      stored: 3,
      duplicate: 1,
      conflicting: 1,
      rejected: 3,
      first: new Date(T0),
      last: new Date(T0 + 1000),
    });
  });

  it('moves the position on for a batch without a single row', async () => {
    const sink = store.sink();
    const feeder = await Feeder.claim(sink);

    await feeder.store([message(7, [], { rejects: [reject()] })]);
    const nothing = await feeder.store([], 20);

    expect(nothing.messages.received).toBe(0);
    expect((await sink.claim(0)).nextOffset).toBe(20);
    expect(await count(store.pool, 'quarantine')).toBe(1);
  });

  it('writes what it was given, to the millisecond and the last digit', async () => {
    const feeder = await Feeder.claim(store.sink());
    const odd = reading({
      connectorId: 2_147_483_647,
      phase: 'L1-N',
      measurand: 'Zähler №1',
      context: 'Vendor.Own',
      unit: 'kvarh',
      timestampMs: Date.UTC(2010, 1, 28, 23, 59, 59, 999),
      value: -0.1 - 0.2,
      transactionId: 'ä'.repeat(36),
      quality: 3,
    });

    await feeder.store([message(0, [odd])]);

    expect((await naturalRows(store.pool)).readings).toEqual([
      {
        charge_point_id: 'CP-1',
        connector_id: 2_147_483_647,
        measurand: 'Zähler №1',
        phase: 'L1-N',
        unit: 'kvarh',
        ts: new Date(odd.timestampMs),
        context: 'Vendor.Own',
        value: -0.1 - 0.2,
        external_id: 'ä'.repeat(36),
        quality: 3,
      },
    ]);
    const { rows } = await store.pool.query('select received_at from readings');
    expect(rows).toEqual([{ received_at: new Date(T0) }]);
  });

  it('stores 50,000 readings in one batch', async () => {
    const feeder = await Feeder.claim(store.sink());
    const messages = Array.from({ length: 5_000 }, (_, at) =>
      message(
        at,
        Array.from({ length: 10 }, (_, index) =>
          reading({
            chargePointId: `CP-${at % 500}`,
            timestampMs: T0 + at * 10_000 + index,
            transactionId: `${at % 7}`,
          }),
        ),
      ),
    );

    const counts = await feeder.store(messages);

    expect(counts.readings).toEqual({ stored: 50_000, duplicate: 0, conflicting: 0, rejected: 0 });
    expect(await count(store.pool, 'readings')).toBe(50_000);
    expect(await count(store.pool, 'latest_readings')).toBe(500);
  });

  it('keeps the newest reading of each series, late ones or not', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([message(0, [reading({ timestampMs: T0 + 2000, value: 20 })])]);
    await feeder.store([message(1, [reading({ timestampMs: T0 + 1000, value: 10 })])]);
    await feeder.store([message(2, [reading({ timestampMs: T0 + 2000, value: 25 })])]);

    const { latest } = await naturalRows(store.pool);

    expect(latest).toMatchObject([{ ts: new Date(T0 + 2000), value: 25 }]);
  });

  it("breaks a tie in time by context, and between vendors' own by name", async () => {
    const feeder = await Feeder.claim(store.sink());
    const at = (context: string, value: number) => reading({ context, value });
    await feeder.store([message(0, [at('Vendor.B', 2), at('Trigger', 3)])]);
    await feeder.store([message(1, [at('Vendor.C', 4), at('Vendor.A', 1)])]);
    await feeder.store([message(2, [at('Transaction.Begin', 5)])]);

    expect((await naturalRows(store.pool)).latest).toMatchObject([{ context: 'Vendor.C', value: 4 }]);
  });
});

describe('replaying a topic', () => {
  const messages = [
    message(0, [reading(), reading({ value: 5, transactionId: '1' })]),
    message(1, [reading({ value: 3, transactionId: '2' })], { rejects: [reject()] }),
    message(2, [reading({ value: 3, transactionId: '3' })]),
    message(3, [], { rejects: [reject({ path: '' })] }),
    message(4, [reading({ timestampMs: T0 + 86_400_000 })]),
  ];

  it('changes no row and no counter, in whatever batches it comes', async () => {
    const first = await Feeder.claim(store.sink());
    await first.store(messages);
    const rows = await naturalRows(store.pool);
    const counted = await counters(store.pool);

    await store.pool.query('update consumer_positions set next_offset = 0');
    const again = await Feeder.claim(store.sink());
    for (const each of messages) await again.store([each]);

    expect(await naturalRows(store.pool)).toEqual(rows);
    expect(await counters(store.pool)).toEqual(counted);
    expect(await count(store.pool, 'quarantine')).toBe(2);
  });
});
