import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginHistory, readHistory } from '../../store/database-history.js';
import { digestContent, totalDigest } from '../../store/digest-content.js';
import { readFeed } from '../../store/feed/read-feed.js';
import { readFeedHead } from '../../store/feed/read-feed-head.js';
import { readRollupVersion } from '../../store/read/rollup-version.js';
import { replayPositions, resetPositions } from '../../store/reset-positions.js';
import { preparedQuery } from '../../store/feed/prepared-query.js';
import { Feeder, message, openStore, reading, T0, TOPIC, type Store } from './store-harness.js';

let store: Store;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

const ALL = { chargePointIds: undefined, fromMs: T0, toMs: T0 + 86_400_000 };
const RESTORED = { code: 'DATABASE_RESTORED', canRetry: false };

/** One reading of a charge point of its own, at an offset. */
const stored = async (sink: ReturnType<Store['sink']>, offset: number): Promise<void> => {
  const feeder = await Feeder.claim(sink);
  await feeder.store([message(offset, [reading({ chargePointId: `CP-${offset}`, value: offset })])]);
};

describe('a new history of the database', () => {
  it('gives the feed and the versions of answers numbers above all before, each time anew', async () => {
    const query = preparedQuery(store.pool);
    await stored(store.sink(), 0);
    const before = { head: await readFeedHead(query), version: await readRollupVersion(query, ALL) };
    expect(before.head).toBeGreaterThan(0);

    const began = Date.now() * 1_000;
    const first = await beginHistory(store.pool, 'test');
    const head = await readFeedHead(query);
    expect(head).toBeGreaterThanOrEqual(began - 1);
    expect(Number.isSafeInteger(head)).toBe(true);
    expect(await readRollupVersion(query, ALL)).toBeGreaterThanOrEqual(began);
    expect(await readFeed(query, before.head, 10)).toEqual({ kind: 'expired' });
    expect(await readFeed(query, 0, 10)).toEqual({ kind: 'expired' });

    await stored(store.sink(), 1);
    const told = await readFeed(query, head, 10);
    expect(told).toMatchObject({ kind: 'rows' });
    expect(told.kind === 'rows' && told.rows[0]?.position).toBe(head + 1);

    const second = await beginHistory(store.pool, 'test');
    expect(second).not.toBe(first);
    expect(await readHistory(store.pool)).toBe(second);
    expect(await readFeedHead(query)).toBeGreaterThan(head + 1);
  });

  it('is refused by a sink that knows the one before, in the midst of its flushes as at a claim', async () => {
    const sink = store.sink();
    const feeder = await Feeder.claim(sink);
    await feeder.store([message(0, [reading()])]);
    await beginHistory(store.pool, 'test');
    const next = [message(1, [reading({ value: 2, timestampMs: T0 + 1 })])];
    await expect(feeder.store(next)).rejects.toMatchObject(RESTORED);
    await expect(sink.claim(0)).rejects.toMatchObject(RESTORED);
    await expect(store.sink().claim(0)).resolves.toMatchObject({ nextOffset: 1 });
  });

  it('begins once where less is counted than is known to have been stored', async () => {
    const history = await readHistory(store.pool);
    await stored(store.sink(), 4);
    await store.sink().claim(1);
    const known = new Map([
      [0, 5],
      [7, 3],
    ]);
    await store.sink().claim(0, known);
    expect(await readHistory(store.pool)).toBe(history);

    const older = new Map([
      [0, 9],
      [1, 2],
    ]);
    await expect(store.sink().claim(0, older)).rejects.toMatchObject({
      ...RESTORED,
      message: expect.stringContaining('6 records') as string,
    });
    const begun = await readHistory(store.pool);
    expect(begun).not.toBe(history);
    // What was noticed is no news to the next one, of whichever partition.
    await store.sink().claim(0, older);
    await store.sink().claim(1, older);
    expect(await readHistory(store.pool)).toBe(begun);
    await expect(store.sink().claim(1, new Map([[1, 3]]))).rejects.toMatchObject(RESTORED);
    const { rows } = await store.pool.query(
      `select source, subject, detail from audit where action = 'database.restored' and source = 'worker' order by id`,
    );
    expect(rows.at(-1)).toMatchObject({
      ...{ source: 'worker', subject: TOPIC },
      detail: { records: expect.any(Number) as number, history: await readHistory(store.pool) },
    });
  });

  it('does not begin in a database that was made anew for a log that another one had stored', async () => {
    const history = await readHistory(store.pool);
    await store.sink().claim(0, new Map([[0, 9]]));
    expect(await readHistory(store.pool)).toBe(history);
  });

  it('does not begin where positions were moved back to be read again, or given up', async () => {
    await stored(store.sink(), 4);
    const history = await readHistory(store.pool);
    await replayPositions(store.pool, TOPIC, { offset: 1 });
    await store.sink().claim(0, new Map([[0, 5]]));
    await resetPositions(store.pool, TOPIC);
    await store.sink().claim(0);
    expect(await readHistory(store.pool)).toBe(history);
  });

  it('leaves out owners of what is counted for less than they stored', async () => {
    const sink = store.sink();
    await stored(sink, 4);
    const { epoch } = await sink.claim(0);
    expect(await sink.currentEpochs([0])).toEqual(new Map([[0, epoch]]));
    expect(await sink.currentEpochs([0], new Map([[0, 5]]))).toEqual(new Map([[0, epoch]]));
    expect(await sink.currentEpochs([0], new Map([[0, 6]]))).toEqual(new Map());
  });
});

describe('the topic that positions belong to', () => {
  it('is known by its id from when it is first told, and another one is refused until a reset', async () => {
    const sink = store.sink();
    await sink.bindLog('cluster', null);
    await sink.bindLog('cluster', 'topic-a');
    await sink.bindLog('cluster', 'topic-a');
    // A broker that doesn't tell proves nothing.
    await sink.bindLog('cluster', null);
    await expect(sink.bindLog('cluster', 'topic-b')).rejects.toMatchObject({ code: 'LOG_TOPIC_REPLACED' });
    await expect(sink.bindLog('other', 'topic-a')).rejects.toMatchObject({ code: 'LOG_CLUSTER_CHANGED' });
    await resetPositions(store.pool, TOPIC);
    await sink.bindLog('cluster', 'topic-b');
    await expect(sink.bindLog('cluster', 'topic-a')).rejects.toMatchObject({ code: 'LOG_TOPIC_REPLACED' });
  });
});

describe('the digest of what is stored', () => {
  const total = async (of: Store, from: string | null = null, to: string | null = null): Promise<string> =>
    totalDigest(await digestContent(of.pool, { from, to }));

  it('is the same for the same rows with other ids, of other flushes, and another one for any other row', async () => {
    const other = await openStore();
    try {
      const values = [1, 2, 3, 4].map((n) =>
        reading({ chargePointId: `CP-${n}`, value: n, timestampMs: T0 + n }),
      );
      const sent = values.map((value, offset) => message(offset, [value]));
      const [here, there] = [await Feeder.claim(store.sink()), await Feeder.claim(other.sink())];
      await here.store(sent);
      // Ids that nobody holds any more are between those that are there.
      await other.pool.query("select nextval(pg_get_serial_sequence('series', 'id'))");
      for (const part of [sent.slice(0, 1), sent.slice(1)]) await there.store(part);
      expect(await total(other)).toBe(await total(store));
      const digests = await digestContent(store.pool, { from: null, to: null });
      expect(digests).toContainEqual(
        expect.objectContaining({ table: 'readings', day: '2026-01-15', rows: 4 }),
      );
      expect(await total(store, '2026-01-16')).toBe(await total(other, null, '2026-01-15'));

      for (const change of [
        'update readings set value = value + 1e-9 where value = 3',
        'delete from readings where value = 4',
        "update charge_points set site = 'x' where id = 'CP-1'",
        'update consumer_positions set messages_stored = messages_stored + 1',
      ]) {
        const was = await total(other);
        await other.pool.query(change);
        expect(await total(other), change).not.toBe(was);
      }
    } finally {
      await other.close();
    }
  });
});
