import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPool } from '../../store/pool.js';
import type { SinkMessage } from '../../store/reading-sink.js';
import { startMessage, stopMessage, stopReading, waitingRows } from './session-harness.js';
import { severCommit } from './sever-commit.js';
import {
  counters,
  Feeder,
  message,
  naturalRows,
  openStore,
  quarantinedParts,
  reading,
  reject,
  T0,
  type Store,
} from './store-harness.js';

let store: Store;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

const parts = () => quarantinedParts(store.pool);

const HOUR_MS = 3_600_000;
const at = (hours: number) => new Date(T0 + hours * HOUR_MS);

/** A message with nothing good at offset 0: one part in quarantine, of this id. */
async function quarantined(feeder: Feeder): Promise<number> {
  await feeder.store([message(0, [], { rejects: [reject()] })]);
  return (await parts())[0]?.id ?? 0;
}

/** Sent again `hours` after noon. */
const again = (
  offset: number,
  id: number,
  hours: number,
  more: Partial<SinkMessage> = {},
  readings = [reading()],
): SinkMessage => message(offset, readings, { redriveOf: id, receivedAt: T0 + hours * HOUR_MS, ...more });

const bad = (reason: 'invalid_value' | 'missing_value' = 'missing_value', detail = 'still no value') => ({
  rejects: [reject({ reason, detail, path: '' })],
});

describe('a part that is sent again', () => {
  it('is resolved when something good comes of it, and counted as any other message', async () => {
    const feeder = await Feeder.claim(store.sink());
    const id = await quarantined(feeder);

    const counts = await feeder.store([again(1, id, 1)]);

    expect(counts.messages).toEqual({ received: 1, stored: 1, duplicate: 0, rejected: 0 });
    expect(await parts()).toMatchObject([
      { id, reason: 'invalid_value', detail: 'not a number', redriven_at: at(1), resolved_at: at(1) },
    ]);
    expect(await counters(store.pool)).toMatchObject({ received: 2, stored: 1, rejected: 1 });
  });

  it('is resolved as well by what is stored already, by a session, and by a reading that waits', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([
      message(0, [reading()]),
      message(1, [], { rejects: [1, 2, 3].map((n) => reject({ path: `/${n}` })) }),
    ]);
    const ids = (await parts()).map(({ id }) => id);

    await feeder.store([
      again(2, ids[0] ?? 0, 1),
      { ...startMessage(3), readings: [], redriveOf: ids[1] ?? 0 },
      { ...stopMessage(4, { transactionId: '8' }), session: null, redriveOf: ids[2] ?? 0 },
    ]);

    expect(await parts()).toMatchObject([
      { resolved_at: at(1) },
      { resolved_at: new Date(T0 + 3) },
      { resolved_at: new Date(T0 + 4) },
    ]);
    expect(await waitingRows(store.pool)).toHaveLength(2);
  });

  it('keeps what is bad beside it as parts of their own', async () => {
    const feeder = await Feeder.claim(store.sink());
    const id = await quarantined(feeder);

    const counts = await feeder.store([
      again(1, id, 1, { rejects: [reject({ path: '/a' }), reject({ path: '/b' })] }),
    ]);

    expect(counts.readings).toEqual({ stored: 1, duplicate: 0, conflicting: 0, rejected: 2 });
    expect(await parts()).toMatchObject([
      { id, resolved_at: at(1) },
      { offset: 1, path: '/a', resolved_at: null, redriven_at: null },
      { offset: 1, path: '/b', resolved_at: null, redriven_at: null },
    ]);
    expect(await counters(store.pool)).toMatchObject({ rejected: 3 });
  });

  it('stays open with the new reason when nothing good comes of it, and is no new part', async () => {
    const feeder = await Feeder.claim(store.sink());
    const id = await quarantined(feeder);

    const counts = await feeder.store([again(1, id, 1, bad('missing_value', 'still\0none'), [])]);

    expect(counts.messages).toEqual({ received: 1, stored: 0, duplicate: 0, rejected: 1 });
    expect(counts.readings.rejected).toBe(0);
    expect(await parts()).toMatchObject([
      {
        id,
        path: reject().path,
        reason: 'missing_value',
        detail: 'still\ufffdnone',
        raw: '"x"',
        redriven_at: at(1),
        resolved_at: null,
      },
    ]);
    expect(await counters(store.pool)).toMatchObject({ received: 2, messages_rejected: 2, rejected: 1 });
  });

  it('stays open as well when all that is good beside it was known, else it would be made anew for ever', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([startMessage(0), stopMessage(1), message(2, [], { rejects: [reject()] })]);
    const [part] = await parts();
    const id = part?.id ?? 0;

    await feeder.store([stopMessage(3, {}, [], { redriveOf: id, ...bad('missing_value', 'still none') })]);
    expect(await parts()).toMatchObject([{ id, reason: 'missing_value', resolved_at: null }]);

    const cured = [stopReading({ timestampMs: T0 + 59_000 })];
    await feeder.store([
      stopMessage(4, {}, cured, { redriveOf: id, ...bad('missing_value', 'the other one') }),
    ]);
    expect(await parts()).toMatchObject([
      { id, resolved_at: new Date(T0 + 4) },
      { offset: 4, resolved_at: null },
    ]);
  });

  it('is not kept again with what is bad once it was resolved', async () => {
    const feeder = await Feeder.claim(store.sink());
    const id = await quarantined(feeder);
    await feeder.store([again(1, id, 2)]);

    const counts = await feeder.store([again(2, id, 1, bad()), again(3, id, 3, bad(), [])]);

    expect(counts.messages).toEqual({ received: 2, stored: 0, duplicate: 1, rejected: 1 });
    expect(counts.readings.rejected).toBe(0);
    // Resolved since the earliest, whatever order they come in.
    expect(await parts()).toMatchObject([
      { id, reason: 'invalid_value', redriven_at: at(3), resolved_at: at(1) },
    ]);
  });

  it('may come several times in one batch', async () => {
    const feeder = await Feeder.claim(store.sink());
    const id = await quarantined(feeder);

    const counts = await feeder.store([
      again(1, id, 1, bad(), []),
      again(2, id, 2, { rejects: [reject({ path: '/a' })] }),
      again(3, id, 3, { rejects: [reject({ path: '/a' })] }),
    ]);

    expect(counts.readings).toEqual({ stored: 1, duplicate: 1, conflicting: 0, rejected: 1 });
    expect(await parts()).toMatchObject([
      { id, reason: 'missing_value', redriven_at: at(3), resolved_at: at(2) },
      { offset: 2, path: '/a' },
    ]);
  });

  it('is an ordinary message when the part is gone, is of another charge point, or can be none', async () => {
    const feeder = await Feeder.claim(store.sink());
    const id = await quarantined(feeder);
    const elsewhere = { chargePointId: 'CP-2', ...bad() };
    const unknown = [id + 1, 0, -1, 0.5, 1e300, NaN, Infinity, Number.MAX_SAFE_INTEGER];

    const counts = await feeder.store([
      again(1, id, 1, elsewhere, []),
      ...unknown.map((each, index) => again(2 + index, each, 1, bad(), [])),
    ]);

    expect(counts.readings.rejected).toBe(1 + unknown.length);
    expect(await parts()).toHaveLength(2 + unknown.length);
    expect((await parts())[0]).toMatchObject({ id, redriven_at: null, resolved_at: null });
  });

  it('of which nobody could tell the charge point is settled by whatever it names now', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([message(0, [], { chargePointId: null, rejects: [reject({ rawKind: 'record' })] })]);
    const [part] = await parts();

    await feeder.store([again(1, part?.id ?? 0, 1)]);

    expect(await parts()).toMatchObject([{ raw_kind: 'record', resolved_at: at(1) }]);
  });
});

describe('replaying a topic with parts that were sent again', () => {
  it('changes no row and no counter, in whatever batches it comes', async () => {
    const feeder = await Feeder.claim(store.sink());
    const first = message(0, [], { rejects: [1, 2, 3].map((n) => reject({ path: `/${n}` })) });
    await feeder.store([first]);
    const [resolved = 0, open = 0, split = 0] = (await parts()).map(({ id }) => id);
    const told = [
      again(1, resolved, 1, bad('missing_value', 'first'), []),
      again(2, resolved, 2),
      again(3, resolved, 3, bad('missing_value', 'too late'), []),
      again(4, open, 4, bad('missing_value', 'one'), []),
      again(5, open, 5, bad('invalid_value', 'two'), []),
      again(6, split, 6, { rejects: [reject({ path: '/a' })] }, [reading({ value: 2 })]),
      again(7, 999_999, 7, bad(), []),
    ];
    await feeder.store(told);
    const before = [await parts(), await counters(store.pool), await naturalRows(store.pool)];

    const all = [first, ...told];
    for (const division of [[all], all.map((each) => [each])]) {
      await store.pool.query('update consumer_positions set next_offset = 0');
      const reader = await Feeder.claim(store.sink());
      for (const batch of division) await reader.store(batch);
      expect([await parts(), await counters(store.pool), await naturalRows(store.pool)]).toEqual(before);
    }
    await store.pool.query('update consumer_positions set next_offset = 4');
    const reader = await Feeder.claim(store.sink());
    await reader.store(told.slice(3, 4));
    expect(await parts()).toEqual(before[0]);
  });
});

describe.each(['before', 'after'] as const)('a COMMIT that is lost %s the server has done it', (when) => {
  it('settles parts once', async () => {
    const proxy = await severCommit(store.url, when);
    const pool = createPool({ url: proxy.url, max: 2, applicationName: 'severed' });
    try {
      const feeder = await Feeder.claim(store.sink({ pool }));
      const id = await quarantined(feeder);
      proxy.severNext();
      const counts = await feeder.store([again(1, id, 1, { rejects: [reject({ path: '/a' })] })]);

      expect(proxy.severed).toBe(1);
      expect(counts.readings).toEqual({ stored: 1, duplicate: 0, conflicting: 0, rejected: 1 });
      expect(await parts()).toMatchObject([
        { id, resolved_at: at(1) },
        { offset: 1, path: '/a' },
      ]);
      expect(await counters(store.pool)).toMatchObject({ received: 2, stored: 1, rejected: 2 });
    } finally {
      await pool.end();
      await proxy.close();
    }
  });
});
