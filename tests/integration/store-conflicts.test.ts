import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Reading } from '../../protocol/reading.js';
import {
  count,
  counters,
  Feeder,
  message,
  naturalRows,
  openStore,
  reading,
  type Store,
} from './store-harness.js';

let store: Store;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  await store.pool.query(
    `truncate readings, reading_conflicts, waiting_readings, latest_readings, signed_values, consumer_positions, series,
       transactions, charge_points cascade`,
  );
});

/** Readings of one key that all differ, among them a placeholder and two that differ in nothing but the transaction. */
const OFFERED: Reading[] = [
  reading({ value: 0, transactionId: '9' }),
  reading({ value: 5, transactionId: '10', quality: 1 }),
  reading({ value: 5, transactionId: '9' }),
  reading({ value: 5, transactionId: '9', quality: 3 }),
  reading({ value: 4 }),
];

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, at) =>
    permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]),
  );
}

/** A fresh charge point each time, so that the same store plays every order. */
async function play(order: readonly Reading[], cuts: readonly number[], chargePointId: string) {
  // Dictionary ids are taken from what was truncated: each order has a sink of its own.
  const feeder = await Feeder.claim(store.sink());
  const messages = order.map((each, at) => message(feeder.position + at, [{ ...each, chargePointId }]));
  const counts = { stored: 0, duplicate: 0, conflicting: 0 };
  for (const cut of [...cuts, messages.length]) {
    const batch = messages.splice(0, cut);
    if (batch.length === 0) continue;
    const { readings } = await feeder.store(batch);
    counts.stored += readings.stored;
    counts.duplicate += readings.duplicate;
    counts.conflicting += readings.conflicting;
  }
  return counts;
}

describe('readings of one key with several values', () => {
  it('end as the same rows and counts in every order, in one batch, in two, or one by one', async () => {
    const orders = permutations(OFFERED);
    const ways: number[][] = [[], [2], [1, 1, 1, 1]];
    let played = 0;
    for (const [index, order] of orders.entries()) {
      // All orders in one of the three ways each; 120 orders are 40 of each.
      const cuts = ways[index % ways.length] ?? [];
      const counts = await play(order, cuts, `CP-${played++}`);
      expect(counts, JSON.stringify({ order, cuts })).toEqual({ stored: 1, duplicate: 2, conflicting: 2 });
    }

    const { readings, conflicts, latest } = await naturalRows(store.pool);
    expect(readings).toHaveLength(orders.length);
    for (const row of [...readings, ...latest]) {
      expect(row).toMatchObject({ value: 5, external_id: '9', quality: 0 });
    }
    expect(conflicts).toHaveLength(2 * orders.length);
    for (const row of conflicts) {
      expect(row).toMatchObject(
        row.value === 0 ? { external_id: '9', quality: 0 } : { value: 4, external_id: null, quality: 0 },
      );
    }
  });

  it('never let a zero placeholder stand before a register', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([message(0, [reading({ value: -3 })])]);
    await feeder.store([message(1, [reading({ value: 0 })])]);

    const { readings, conflicts } = await naturalRows(store.pool);
    expect(readings).toMatchObject([{ value: -3 }]);
    expect(conflicts).toMatchObject([{ value: 0 }]);
  });

  it('are kept beside the good rows of their batch', async () => {
    const feeder = await Feeder.claim(store.sink());
    const many = Array.from({ length: 500 }, (_, at) =>
      reading({ timestampMs: reading().timestampMs + at * 1000, value: at + 1 }),
    );
    await feeder.store([message(0, many)]);

    const counts = await feeder.store([
      message(1, [
        ...many,
        reading({ timestampMs: reading().timestampMs + 5_000_000 }),
        reading({ value: 99 }),
      ]),
    ]);

    expect(counts.readings).toEqual({ stored: 1, duplicate: 500, conflicting: 1, rejected: 0 });
    expect(await count(store.pool, 'readings')).toBe(501);
  });
});

describe('two writers of the same keys', () => {
  it('end with the greatest values, each reading counted once', async () => {
    const writers = await Promise.all([0, 1, 2].map((partition) => Feeder.claim(store.sink(), partition)));

    await Promise.all(
      writers.map(async (writer, own) => {
        for (let batch = 0; batch < 6; batch++) {
          const offered = Array.from({ length: 40 }, (_, at) =>
            reading({ timestampMs: reading().timestampMs + at * 1000, value: 1 + ((own + batch + at) % 3) }),
          );
          await writer.store([message(batch, own === 1 ? offered.reverse() : offered)]);
        }
      }),
    );

    const { readings, conflicts } = await naturalRows(store.pool);
    expect(readings.map((row) => row.value)).toEqual(new Array(40).fill(3));
    expect(conflicts).toHaveLength(80);
    expect(await counters(store.pool)).toMatchObject({
      stored: 40,
      conflicting: 80,
      duplicate: 18 * 40 - 120,
    });
  });
});
