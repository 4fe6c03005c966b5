import pino from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OwnershipLostError } from '../../store/ownership-lost-error.js';
import { createPool } from '../../store/pool.js';
import { readPositions, replayPositions, resetPositions } from '../../store/reset-positions.js';
import { severCommit } from './sever-commit.js';
import {
  count,
  counters,
  Feeder,
  message,
  naturalRows,
  openStore,
  reading,
  T0,
  TOPIC,
  type Store,
} from './store-harness.js';
import { eventually } from '../harness/eventually.js';

let store: Store;
const cleanups: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  store = await openStore();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await store.close();
});

const noRetries = { attempts: 0 };

describe('ownership of a partition', () => {
  it('begins where nothing was stored, and goes on where the owner before had stored to', async () => {
    const first = await store.sink().claim(3);
    expect(first).toEqual({ partition: 3, epoch: 1, nextOffset: null });

    const feeder = await Feeder.claim(store.sink(), 3);
    await feeder.store([message(41, [reading()])]);

    expect(await store.sink().claim(3)).toEqual({ partition: 3, epoch: 3, nextOffset: 42 });
  });

  it('keeps a worker of an older epoch from writing anything', async () => {
    const zombie = await Feeder.claim(store.sink());
    await zombie.store([message(0, [reading()])]);
    const owner = await Feeder.claim(store.sink());

    const attempt = zombie.store([message(1, [reading({ value: 7 })])]);

    await expect(attempt).rejects.toBeInstanceOf(OwnershipLostError);
    await expect(attempt).rejects.toMatchObject({ code: 'OWNERSHIP_LOST', partitions: [0] });
    expect(await count(store.pool, 'reading_conflicts')).toBe(0);
    await owner.store([message(1, [reading({ timestampMs: T0 + 1 })])]);
    expect(await count(store.pool, 'readings')).toBe(2);
  });

  it('refuses a batch that does not go on where the last one ended, and names the partitions', async () => {
    const sink = store.sink();
    const [zero, one] = [await Feeder.claim(sink, 0), await Feeder.claim(sink, 1)];
    await zero.store([message(0, [reading()])]);
    await one.store([message(0, [reading()])]);
    const good = zero.batch([message(1, [reading({ timestampMs: T0 + 1 })])]);
    one.position = 5;
    const bad = one.batch([message(6, [reading({ timestampMs: T0 + 2 })])]);

    const both = sink.store({
      messages: [...good.messages, ...bad.messages],
      positions: [...bad.positions, ...good.positions],
    });

    await expect(both).rejects.toMatchObject({ partitions: [1] });
    expect(await count(store.pool, 'readings')).toBe(1);
  });

  it('passes on only after the transaction of the owner before has ended', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([message(0, [reading()])]);
    const zombie = await store.pool.connect();
    await zombie.query('begin');
    await zombie.query('select from consumer_positions where partition = 0 for update');
    let claimed = false;

    const claim = store
      .sink()
      .claim(0)
      .then(() => (claimed = true));
    await eventually(async () => {
      const { rows } = await store.pool.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      );
      expect(rows).toHaveLength(1);
    });
    expect(claimed).toBe(false);
    await zombie.query('rollback');
    zombie.release();

    expect(await claim).toBe(true);
  });
});

describe('a COMMIT whose answer is lost', () => {
  it('is recognised as done when it had gone through', async () => {
    const proxy = await severCommit(store.url, 'after');
    const pool = createPool({ url: proxy.url, max: 2, applicationName: 'severed' });
    cleanups.push(
      () => proxy.close(),
      () => pool.end(),
    );
    const feeder = await Feeder.claim(store.sink({ pool }));
    await feeder.store([message(0, [reading()])]);

    proxy.severNext();
    const counts = await feeder.store([message(1, [reading({ timestampMs: T0 + 1 }), reading()])]);

    expect(proxy.severed).toBe(1);
    expect(counts.readings).toEqual({ stored: 1, duplicate: 1, conflicting: 0, rejected: 0 });
    expect(await counters(store.pool)).toMatchObject({ received: 2, stored: 2, duplicate: 1 });
    await feeder.store([message(2, [reading({ timestampMs: T0 + 2 })])]);
    expect(await count(store.pool, 'readings')).toBe(3);
  });

  it('is done again when it had not', async () => {
    const proxy = await severCommit(store.url, 'before');
    const pool = createPool({ url: proxy.url, max: 2, applicationName: 'severed' });
    cleanups.push(
      () => proxy.close(),
      () => pool.end(),
    );
    const feeder = await Feeder.claim(store.sink({ pool }));
    await feeder.store([message(0, [reading()])]);

    proxy.severNext();
    const counts = await feeder.store([message(1, [reading({ timestampMs: T0 + 1 }), reading()])]);

    expect(proxy.severed).toBe(1);
    expect(counts.readings).toEqual({ stored: 1, duplicate: 1, conflicting: 0, rejected: 0 });
    expect(await counters(store.pool)).toMatchObject({ received: 2, stored: 2, duplicate: 1 });
  });

  it('is recognised by a later call with the same batch, too', async () => {
    const proxy = await severCommit(store.url, 'after');
    const pool = createPool({ url: proxy.url, max: 2, applicationName: 'severed' });
    cleanups.push(
      () => proxy.close(),
      () => pool.end(),
    );
    const sink = store.sink({ pool, retries: noRetries });
    const feeder = await Feeder.claim(sink);
    await feeder.store([message(0, [reading()])]);
    const batch = feeder.batch([message(1, [reading({ timestampMs: T0 + 1 })])]);

    proxy.severNext();
    await expect(sink.store(batch)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', canRetry: true });

    expect((await sink.store(batch)).readings.stored).toBe(1);
  });
});

describe('outages', () => {
  it('are survived when a connection is lost in the middle of a flush', async () => {
    const pool = createPool({ url: store.url, max: 2, applicationName: 'to-be-killed' });
    cleanups.push(() => pool.end());
    const feeder = await Feeder.claim(store.sink({ pool }));
    await feeder.store([message(0, [reading()])]);
    const blocker = await store.pool.connect();
    await blocker.query('begin');
    await blocker.query('lock table readings in share mode');

    const storing = feeder.store([message(1, [reading({ timestampMs: T0 + 1 })])]);
    await eventually(async () => {
      const { rowCount } = await store.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'to-be-killed' and wait_event_type = 'Lock' and datname = current_database()`,
      );
      expect(rowCount).toBe(1);
    });
    await blocker.query('rollback');
    blocker.release();

    expect((await storing).readings.stored).toBe(1);
    expect(await count(store.pool, 'readings')).toBe(2);
  });

  it('end as DATABASE_UNAVAILABLE when nobody answers', async () => {
    const pool = createPool({ url: 'postgres://nobody@127.0.0.1:1/none', max: 1, applicationName: 'none' });
    cleanups.push(() => pool.end());
    const sink = store.sink({
      pool,
      registry: new Registry(),
      logger: pino({ level: 'silent' }),
      retries: { attempts: 2, backoff: { baseMs: 1, capMs: 1 } },
    });

    await expect(sink.claim(0)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(sink.ping()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(sink.bindLog('x', null)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });
});

describe('the log that positions belong to', () => {
  it('is bound once, and any other one refused until a reset', async () => {
    const sink = store.sink();
    await sink.bindLog('cluster-a', null);
    await sink.bindLog('cluster-a', null);
    await expect(sink.bindLog('cluster-b', null)).rejects.toMatchObject({ code: 'LOG_CLUSTER_CHANGED' });

    await resetPositions(store.pool, TOPIC);

    await expect(sink.bindLog('cluster-b', null)).resolves.toBeUndefined();
  });
});

describe('replaying and resetting', () => {
  it('reads again what is stored without counting it again, while workers run', async () => {
    const feeder = await Feeder.claim(store.sink());
    const messages = [
      message(0, [reading(), reading({ value: 3 })]),
      message(1, [reading({ timestampMs: T0 + 1 })]),
    ];
    await feeder.store(messages);
    const before = [await naturalRows(store.pool), await counters(store.pool)];

    expect(await replayPositions(store.pool, TOPIC, { offset: 1 })).toBe(1);
    expect(await readPositions(store.pool, TOPIC)).toMatchObject([{ partition: 0, nextOffset: 1 }]);
    expect(await replayPositions(store.pool, TOPIC, { offset: 2 })).toBe(0);
    expect(await replayPositions(store.pool, TOPIC)).toBe(1);
    await expect(feeder.store([message(2, [])])).rejects.toMatchObject({ code: 'OWNERSHIP_LOST' });
    const again = await Feeder.claim(store.sink());
    await again.store(messages);

    expect([await naturalRows(store.pool), await counters(store.pool)]).toEqual(before);
  });

  it('counts the records of a new log from its first one on', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([message(100, [reading()])]);

    await resetPositions(store.pool, TOPIC);
    const anew = await Feeder.claim(store.sink());
    expect(anew.position).toBe(0);
    await anew.store([message(0, [reading()])]);

    expect(await counters(store.pool)).toMatchObject({ received: 2, stored: 1, duplicate: 1 });
  });
});
