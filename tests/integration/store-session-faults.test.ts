import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPool } from '../../store/pool.js';
import type { SinkMessage } from '../../store/reading-sink.js';
import { sessionRows, startMessage, stopMessage, stopReading, waitingRows } from './session-harness.js';
import { severCommit } from './sever-commit.js';
import { count, counters, Feeder, naturalRows, openStore, T0, type Store } from './store-harness.js';
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

async function severedFeeder(when: 'before' | 'after') {
  const proxy = await severCommit(store.url, when);
  const pool = createPool({ url: proxy.url, max: 2, applicationName: 'severed' });
  cleanups.push(
    () => proxy.close(),
    () => pool.end(),
  );
  return { proxy, feeder: await Feeder.claim(store.sink({ pool })) };
}

/** A Stop that waits, its Start, and a session whose Start never comes. */
const TOLD: readonly SinkMessage[][] = [
  [stopMessage(0), stopMessage(1, { transactionId: '8' })],
  [startMessage(2), stopMessage(3, {}, [stopReading({ value: 1 })])],
];

describe.each(['before', 'after'] as const)('a COMMIT that is lost %s the server has done it', (when) => {
  it.each([0, 1])('changes nothing of what sessions end as, at batch %i of two', async (severedBatch) => {
    const { proxy, feeder } = await severedFeeder(when);
    const counts = [];
    for (const [index, batch] of TOLD.entries()) {
      if (index === severedBatch) proxy.severNext();
      counts.push((await feeder.store(batch)).readings);
    }

    expect(proxy.severed).toBe(1);
    expect(counts).toEqual([
      { stored: 0, duplicate: 0, conflicting: 0, rejected: 0 },
      { stored: 3, duplicate: 1, conflicting: 1, rejected: 0 },
    ]);
    expect(await counters(store.pool)).toMatchObject({
      received: 4,
      messages_stored: 4,
      stored: 3,
      duplicate: 1,
      conflicting: 1,
    });
    expect(await sessionRows(store.pool)).toMatchObject([
      { external_id: '7', status: 'ended' },
      { external_id: '8', status: 'unmatched' },
    ]);
    expect((await waitingRows(store.pool)).map(({ external_id }) => external_id)).toEqual(['8', '8']);
  });
});

describe('a worker that was taken over from', () => {
  it('leaves sessions and what waits for them alone', async () => {
    const zombie = await Feeder.claim(store.sink());
    await zombie.store([stopMessage(0)]);
    const owner = await Feeder.claim(store.sink());
    const before = [await sessionRows(store.pool), await waitingRows(store.pool)];

    await expect(zombie.store([startMessage(1), stopMessage(2, { reason: 'Zombie' })])).rejects.toMatchObject(
      {
        code: 'OWNERSHIP_LOST',
      },
    );
    expect([await sessionRows(store.pool), await waitingRows(store.pool)]).toEqual(before);

    expect((await owner.store([startMessage(1)])).readings).toMatchObject({ stored: 3 });
    expect(await waitingRows(store.pool)).toEqual([]);
  });
});

describe('a connection that is lost while a session is written', () => {
  it('loses nothing and doubles nothing', async () => {
    const pool = createPool({ url: store.url, max: 2, applicationName: 'to-be-killed' });
    cleanups.push(() => pool.end());
    const feeder = await Feeder.claim(store.sink({ pool }));
    await feeder.store([stopMessage(0)]);
    const blocker = await store.pool.connect();
    await blocker.query('begin');
    await blocker.query('lock table waiting_readings in share mode');

    const storing = feeder.store([startMessage(1)]);
    await eventually(async () => {
      const { rowCount } = await store.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'to-be-killed' and wait_event_type = 'Lock' and datname = current_database()`,
      );
      expect(rowCount).toBe(1);
    });
    await blocker.query('rollback');
    blocker.release();

    expect((await storing).readings).toEqual({ stored: 3, duplicate: 0, conflicting: 0, rejected: 0 });
    expect(await waitingRows(store.pool)).toEqual([]);
    expect(await count(store.pool, 'readings')).toBe(3);
  });
});

/** As after the number of a topic's partitions was changed in the midst of a session. */
describe('a Start and a Stop that two workers store at once, of two partitions', () => {
  it.each([
    ['its Start', [stopMessage(0)], [startMessage(0)]],
    [
      'a Start of another connector',
      [startMessage(0), stopMessage(1)],
      [startMessage(0, { connectorId: 3, startedAtMs: T0 + 1 })],
    ],
    ['a Stop told again', [stopMessage(0), startMessage(1)], [stopMessage(0, { reason: 'Other' })]],
  ])('meet: a Stop and %s', async (_, told, toldElsewhere) => {
    const feeders = [await Feeder.claim(store.sink(), 0), await Feeder.claim(store.sink(), 1)] as const;
    // Known to both beforehand, so that what they do next is to lock their positions.
    await feeders[0].store([startMessage(0, { transactionId: '1' })].map((each) => ({ ...each, offset: 0 })));
    await feeders[1].store([startMessage(0, { transactionId: '2' })]);
    const onwards = (messages: readonly SinkMessage[]) =>
      messages.map((each) => ({ ...each, offset: each.offset + 1 }));
    const blocker = await store.pool.connect();
    await blocker.query('begin');
    await blocker.query('select from consumer_positions for update');

    const storing = Promise.all([feeders[0].store(onwards(told)), feeders[1].store(onwards(toldElsewhere))]);
    await eventually(async () => {
      const { rows } = await store.pool.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      );
      expect(rows).toHaveLength(2);
    });
    await blocker.query('rollback');
    blocker.release();
    await storing;

    expect(await waitingRows(store.pool)).toEqual([]);
    const ended = (await sessionRows(store.pool)).find(({ external_id }) => external_id === '7');
    expect(ended).toMatchObject({ status: 'ended' });
    const { readings } = await naturalRows(store.pool);
    const stopped = readings.filter(
      ({ context }) => context === 'MeterStop' || context === 'Transaction.End',
    );
    expect(stopped.map(({ connector_id }) => connector_id)).toEqual([
      ended?.connector_id,
      ended?.connector_id,
    ]);
  });
});
