import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Reading } from '../../protocol/reading.js';
import type { PgReadingSinkOptions } from '../../store/pg-reading-sink.js';
import type { SinkMessage } from '../../store/reading-sink.js';
import { Dice } from './fuzz/dice.js';
import { count, counters, Feeder, message, naturalRows, openStore, reading, T0 } from './store-harness.js';
import type { Store } from './store-harness.js';
import { eventually } from '../harness/eventually.js';

const RUNS = 25;

let stores: Store[] = [];
beforeEach(async () => {
  stores = await Promise.all([openStore(), openStore()]);
});
afterEach(() => Promise.all(stores.map((store) => store.close())));

/** Mostly in the order of time, with late ones, several contexts of an instant, repetitions and contradictions. */
function generated(dice: Dice, chargePoints: readonly string[]): Reading[] {
  let timestampMs = T0;
  const readings: Reading[] = [];
  for (let index = 0; index < 60; index++) {
    if (dice.chance(0.6)) timestampMs += 1_000;
    const again = dice.chance(0.15) && readings.length > 0 ? dice.pick(readings) : {};
    readings.push(
      reading({
        chargePointId: dice.pick(chargePoints),
        connectorId: dice.pick([1, 2]),
        context: dice.pick(['Sample.Periodic', 'Sample.Periodic', 'Trigger', 'Vendor.One', 'Vendor.Two']),
        timestampMs: dice.chance(0.2) ? timestampMs - 1_000 * dice.below(90_000) : timestampMs,
        value: dice.pick([0, 5, 7]),
        transactionId: dice.pick([null, '9', '10']),
        quality: dice.below(2),
        ...again,
        ...(dice.chance(0.5) ? {} : { value: dice.pick([0, 5, 7]) }),
      }),
    );
  }
  return readings;
}

function inMessages(dice: Dice, readings: readonly Reading[], from: number): SinkMessage[] {
  const messages: SinkMessage[] = [];
  const left = [...readings];
  while (left.length > 0) {
    const { chargePointId } = left[0] ?? reading();
    const together = left.splice(0, 1 + dice.below(4)).map((each) => ({ ...each, chargePointId }));
    messages.push(message(from + messages.length, together));
  }
  return messages;
}

function cut(dice: Dice, messages: readonly SinkMessage[]): SinkMessage[][] {
  const left = [...messages];
  const batches: SinkMessage[][] = [];
  while (left.length > 0) batches.push(left.splice(0, 1 + dice.below(12)));
  return batches;
}

/**
 * What the feed tells of each flush, and which spans it marked, whatever the order of rows within a flush. A mark is told by its
 * place among those of its shard: which shard of a flush gets the lower id is up to the plan, and so to statistics.
 */
async function told({ pool }: Store) {
  const feed = await pool.query(
    `select position, (select json_agg(t order by t) from (
         select json_array(payload #>> array['inserted', 'series', i::text], payload #>> array['inserted', 'ts', i::text],
           payload #>> array['inserted', 'context', i::text], payload #>> array['inserted', 'value', i::text],
           payload #>> array['inserted', 'transaction', i::text], payload #>> array['inserted', 'quality', i::text])::text
         from generate_series(0, json_array_length(payload #> '{inserted,series}') - 1) i) as x (t)) as inserted,
       payload -> 'replaced' as replaced
     from feed where kind = 'readings' order by position`,
  );
  const marks = await pool.query(
    `select m.shard, dense_rank() over (partition by m.shard order by m.id) as place, u.*
     from rollup_marks m, unnest(series_ids, from_ts, to_ts) as u (series_id, from_ts, to_ts)
     order by shard, place, u.series_id, u.from_ts, u.to_ts`,
  );
  const batches = await pool.query('select series_id, ts, context, batch_id from readings order by 1, 2, 3');
  return { feed: feed.rows, marks: marks.rows, batches: batches.rows };
}

async function misjudged(registry: Registry): Promise<number | undefined> {
  const metric = await registry.getSingleMetric('meterpulse_store_misjudged_flushes_total')?.get();
  return metric?.values[0]?.value;
}

/** Time flies, so that one wrong guess is soon followed by the next. */
function boldly(): Partial<PgReadingSinkOptions> {
  let nowMs = T0;
  return { now: () => (nowMs += 2_000), retries: { attempts: 50, backoff: { baseMs: 1, capMs: 20 } } };
}

describe('readings that are taken for new', () => {
  it('leave the same tables, counters, feed and marks as readings that are all looked up', async () => {
    const registry = new Registry();
    const [guessing, lookingUp] = [
      (stores[0] as Store).sink({ registry }),
      (stores[1] as Store).sink({ takeForNew: false }),
    ];
    for (let run = 0; run < RUNS; run++) {
      const dice = new Dice(1, run);
      const messages = inMessages(dice, generated(dice, [`CP-${run}-a`, `CP-${run}-b`]), run * 1_000);
      const batches = cut(dice, messages);
      const counts = await Promise.all(
        stores.map(async (_, index) => {
          const feeder = await Feeder.claim(index === 0 ? guessing : lookingUp);
          const told = [];
          for (const batch of batches) told.push(await feeder.store(batch));
          return told;
        }),
      );
      expect(counts[0], `run ${run}`).toEqual(counts[1]);
    }
    // Alone, it never guesses wrong.
    expect(await misjudged(registry)).toBe(0);

    const [guessed, lookedUp] = await Promise.all(
      stores.map(async (store) => ({
        ...(await naturalRows(store.pool)),
        counters: await counters(store.pool),
        ...(await told(store)),
      })),
    );
    expect(guessed?.conflicts.length).toBeGreaterThan(RUNS);
    expect(guessed).toEqual(lookedUp);
  });

  it.each([
    ['several workers write the same keys at once', (store: Store) => () => store.sink(boldly())],
    [
      'several flushes of one worker do',
      (store: Store) => {
        const sink = store.sink(boldly());
        return () => sink;
      },
    ],
  ])('end as the same rows and counts where %s', async (_, sinksOf) => {
    const [guessing, oracle] = stores as [Store, Store];
    const sinkOf = sinksOf(guessing);
    for (let run = 0; run < 8; run++) {
      const dice = new Dice(2, run);
      const readings = generated(dice, [`CP-${run}`]);
      const written = [0, 1, 2].map(() => cut(dice, inMessages(dice, readings, run * 1_000)));
      await Promise.all(
        written.map(async (batches, partition) => {
          const feeder = await Feeder.claim(sinkOf(), partition);
          for (const batch of batches) await feeder.store(batch);
        }),
      );
      for (const [partition, batches] of written.entries()) {
        const feeder = await Feeder.claim(oracle.sink({ takeForNew: false }), partition);
        for (const batch of batches) await feeder.store(batch);
      }
    }

    const rows = await Promise.all(stores.map(({ pool }) => naturalRows(pool)));
    expect(rows[0]).toEqual(rows[1]);
    // Which message brought a value first is a matter of time; how many readings of which outcome is not.
    const sums = (await Promise.all(stores.map(({ pool }) => counters(pool)))).map(
      ({ received, stored, duplicate, conflicting }) => ({ received, stored, duplicate, conflicting }),
    );
    expect(sums[0]).toEqual(sums[1]);
  });

  it('are settled with what another worker has stored meanwhile: a wrong guess costs nothing but time', async () => {
    const [store] = stores as [Store, Store];
    const { pool } = store;
    const registry = new Registry();
    const feeder = await Feeder.claim(store.sink({ registry }));
    await feeder.store([message(0, [reading()])]);
    const other = await Feeder.claim(store.sink(), 1);
    const later = reading({ timestampMs: T0 + 1_000, value: 5 });
    await other.store([message(0, [later, reading({ timestampMs: T0 + 2_000, value: 5 })])]);

    const counts = await feeder.store([
      message(1, [later, { ...later, timestampMs: T0 + 2_000, value: 7 }]),
      message(2, [reading({ timestampMs: T0 + 3_000 })]),
    ]);

    expect(counts.readings).toEqual({ stored: 1, duplicate: 1, conflicting: 1, rejected: 0 });
    const { readings, conflicts, latest } = await naturalRows(pool);
    expect(readings.map(({ value }) => value)).toEqual([1, 5, 7, 1]);
    expect(conflicts).toMatchObject([{ ts: new Date(T0 + 2_000), value: 5 }]);
    expect(latest).toMatchObject([{ ts: new Date(T0 + 3_000) }]);
    expect(await count(pool, `feed where kind = 'readings'`)).toBe(3);
    expect(await misjudged(registry)).toBe(1);
  });

  it('are settled with what another worker is still writing: they wait for it', async () => {
    const [store] = stores as [Store, Store];
    const { pool } = store;
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([message(0, [reading()])]);
    const { rows } = await pool.query<{ id: number }>('select id from series');
    const other = await pool.connect();
    await other.query('begin');
    await other.query(
      `insert into readings (ts, value, received_at, batch_id, series_id, context) values ($1, 5, now(), 0, $2, 1)`,
      [new Date(T0 + 1_000), rows[0]?.id],
    );

    const storing = feeder.store([message(1, [reading({ timestampMs: T0 + 1_000, value: 7 })])]);
    try {
      await eventually(async () => {
        const waiting = await pool.query(
          `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        );
        expect(waiting.rows).toHaveLength(1);
      });
      await other.query('commit');
    } finally {
      other.release();
    }

    expect((await storing).readings).toEqual({ stored: 0, duplicate: 0, conflicting: 1, rejected: 0 });
    expect((await naturalRows(pool)).readings.map(({ value }) => value)).toEqual([1, 7]);
  });

  it('are not guessed at by what was stored before a claim', async () => {
    const [store] = stores as [Store, Store];
    const registry = new Registry();
    const own = store.sink({ registry });
    const feeder = await Feeder.claim(own);
    await feeder.store([message(0, [reading()])]);
    const other = await Feeder.claim(store.sink());
    await other.store([message(1, [reading({ timestampMs: T0 + 1_000 })])]);

    const again = await Feeder.claim(own);
    const counts = await again.store([message(2, [reading({ timestampMs: T0 + 1_000 })])]);

    expect(counts.readings).toMatchObject({ stored: 0, duplicate: 1 });
    expect(await misjudged(registry)).toBe(0);
  });
});
