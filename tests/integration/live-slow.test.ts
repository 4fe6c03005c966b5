import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startLive, type RunningLive } from '../harness/live.js';
import { LiveTestClient } from '../harness/live-client.js';
import { Feeder, message, openStore, reading, T0, type Store } from './store-harness.js';

let store: Store;
let feeder: Feeder;
let at = 0;
beforeEach(async () => {
  store = await openStore();
  feeder = await Feeder.claim(store.sink());
  at = 0;
});
afterEach(() => store.close());

/** A flush of so many readings of each of so many series. */
async function write(series: number, each: number): Promise<void> {
  const readings = Array.from({ length: each }, (_, of) => ++at && of).flatMap((of) =>
    Array.from({ length: series }, (__, connectorId) =>
      reading({ connectorId, timestampMs: T0 + at * 1_000 + of, value: at }),
    ),
  );
  await feeder.store([message(feeder.position, readings)]);
}

const lagging = (live: RunningLive) => live.metric('meterpulse_live_lagging_total');
const buffered = (live: RunningLive) => live.metric('meterpulse_live_buffered_bytes');

/** Writes until the one that does not read has no room. What the kernel takes on its way is some megabytes. */
async function writeUntilBehind(live: RunningLive, series: number): Promise<void> {
  for (let turn = 0; turn < 60 && (await lagging(live)) === 0; turn++) await write(series, 20);
  await expect.poll(() => lagging(live)).toBeGreaterThan(0);
}

describe('a subscriber that does not read', () => {
  it('is told the newest of each series when it reads again, and nobody else waits for it', async () => {
    const live = await startLive(store.url, { bufferBytes: 64 * 1024 });
    const slow = await LiveTestClient.open(live.url);
    const quick = await LiveTestClient.open(live.url);
    await slow.subscribe('s');
    await quick.subscribe('s');
    await write(100, 1);
    await slow.until(({ type }) => type === 'INSERT');
    slow.ws.pause();
    await writeUntilBehind(live, 100);
    for (let turn = 0; turn < 3; turn++) await write(100, 20);
    await store.pool.query("update charge_points set label = 'one'");
    await store.pool.query("update charge_points set label = 'two'");
    await expect.poll(() => quick.changes('s').filter((each) => each.startsWith('UPDATE'))).toHaveLength(2);
    // One bound, and the frame that went over it.
    expect(await buffered(live)).toBeLessThan(1024 * 1024);
    slow.ws.resume();
    await expect.poll(() => slow.folded('s').changeId).toBe(quick.folded('s').changeId);
    expect(slow.folded('s').readings).toEqual(quick.folded('s').readings);
    expect(slow.folded('s').chargePoints).toEqual(quick.folded('s').chargePoints);
    const notices = slow.of('s').flatMap((each) => (each.type === 'LAGGING' ? each : []));
    const skipped = notices.reduce((sum, notice) => sum + notice.skipped, 0);
    expect(skipped).toBe(quick.changes('s').length - slow.changes('s').length);
    // Changes of charge points are all told.
    expect(slow.changes('s').filter((each) => each.startsWith('UPDATE'))).toHaveLength(2);
    // It hears everything again, and what was left out may be had.
    const [notice] = notices;
    const before = slow.of('s').slice(0, slow.of('s').indexOf(notice as never));
    expect(before.flatMap((each) => ('kind' in each && 'changeId' in each ? each.changeId : [])).at(-1)).toBe(
      notice?.changeId,
    );
    await slow.subscribe('again', { changeId: notice?.changeId });
    expect(slow.changes('again').length).toBe(
      quick.changes('s').length - countUpTo(quick, notice?.changeId ?? ''),
    );
    await write(1, 1);
    await expect.poll(() => slow.changes('s').at(-1)).toBe(quick.changes('s').at(-1));
  });

  it('begins anew where there is too much even of the newest', async () => {
    const live = await startLive(store.url, { bufferBytes: 64 * 1024, conflateMax: 50 });
    const slow = await LiveTestClient.open(live.url);
    await slow.subscribe('s');
    slow.ws.pause();
    await writeUntilBehind(live, 100);
    await write(100, 1);
    await expect.poll(() => live.metric('meterpulse_live_channels')).toBe(0);
    slow.ws.resume();
    const resync = await slow.until(({ type }) => type === 'RESYNC');
    // By the time of the resync the rest may have come, too.
    const from = slow.messages.indexOf(resync);
    await slow.until((each) => each.type === 'STATUS' && each.id === 's', from);
    expect(slow.of('s').find(({ type }) => type === 'RESYNC')).toMatchObject({ reason: 'overflow' });
    expect(Object.values(slow.folded('s').readings)).toHaveLength(100);
    expect(Object.values(slow.folded('s').readings).every(({ value }) => value === at)).toBe(true);
  });

  it('is cut off when it answers no ping either', async () => {
    const live = await startLive(store.url, { pingIntervalMs: 400 });
    const slow = await LiveTestClient.open(live.url);
    await slow.subscribe('s');
    slow.ws.pause();
    await expect.poll(() => live.server.size).toBe(0);
    await expect.poll(() => live.metric('meterpulse_live_closed_total', { reason: 'silent' })).toBe(1);
    await expect.poll(() => live.metric('meterpulse_live_subscriptions')).toBe(0);
  });

  it('waits for room with a snapshot, whose pages are bounded', async () => {
    await store.pool.query(
      "insert into charge_points (id, label) select 'P-' || n, repeat('x', 200) from generate_series(1, 20000) n",
    );
    const live = await startLive(store.url, { bufferBytes: 64 * 1024 });
    const slow = await LiveTestClient.open(live.url);
    slow.ws.pause();
    slow.send({ type: 'SUBSCRIBE', id: 's' });
    await expect.poll(() => buffered(live)).toBeGreaterThan(64 * 1024);
    // Another one is served meanwhile.
    const quick = await LiveTestClient.open(live.url);
    await quick.subscribe('s');
    expect(Object.keys(quick.folded('s').chargePoints)).toHaveLength(20_000);
    expect(await buffered(live)).toBeLessThan(1024 * 1024);
    slow.ws.resume();
    await slow.until(({ type }) => type === 'STATUS');
    expect(Object.keys(slow.folded('s').chargePoints)).toHaveLength(20_000);
  });
});

function countUpTo(client: LiveTestClient, changeId: string): number {
  return client.changes('s').findIndex((each) => each.endsWith(` ${changeId}`)) + 1;
}
