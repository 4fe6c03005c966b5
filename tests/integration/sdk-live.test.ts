import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { assembleLiveClient } from '../../client/live/assemble-live-client.js';
import { browserPlatform } from '../../client/live/browser-platform.js';
import type { LiveClientOptions } from '../../client/live/live-client.js';
import { createLiveClient, createView } from '../../client/live/node.js';
import type { Reading } from '../../protocol/reading.js';
import { startGateway } from '../harness/gateway.js';
import { startLive } from '../harness/live.js';
import { LiveTestClient } from '../harness/live-client.js';
import { ManualClock } from '../harness/manual-clock.js';
import { startTcpProxy } from '../harness/tcp-proxy.js';
import { Feeder, message, openStore, reading, T0, type Store } from './store-harness.js';

const QUICK = { baseMs: 20, capMs: 100 };
/** Of the SDK: after so long it asks, and waits for an answer. */
const [SILENCE_MS, ANSWER_MS] = [30_000, 10_000];
const BACKOFF = { baseMs: 2_000, capMs: 10_000 };

let store: Store;
let feeder: Feeder;
let offset = 0;
beforeEach(async () => {
  store = await openStore();
  feeder = await Feeder.claim(store.sink());
  offset = 0;
});
afterEach(() => store.close());

const write = (...readings: Partial<Reading>[]) => feeder.store([message(offset++, readings.map(reading))]);
const sql = (text: string, values: unknown[] = []) => store.pool.query(text, values);
const register = (id: string, site = '') =>
  sql('insert into charge_points (id, site) values ($1, $2)', [id, site]);

function open(options: LiveClientOptions) {
  const client = createLiveClient({ backoff: QUICK, ...options });
  onTestFinished(() => client.close());
  return client;
}

/** What a subscriber that begins now is told of, by the server alone. */
async function stateNow(url: string) {
  const client = await LiveTestClient.open(url);
  await client.subscribe('now');
  return client.folded('now');
}

describe('the SDK and a live server', () => {
  it('agree on what is there, over lost connections and a server that restarts', async () => {
    const first = await startLive(store.url);
    const proxy = await startTcpProxy({ targetPort: first.port });
    onTestFinished(() => proxy.close());
    const client = open({ liveUrl: `ws://127.0.0.1:${proxy.port}/live` });
    const views = [{}, { changedOnly: true }].map((options) =>
      createView(client.subscribe<boolean>(options)),
    );
    const told: string[] = [];
    const restarts: string[] = [];
    client.on('insert', ({ id, changeId }) => told.push(`${id} ${changeId}`));
    client.on('resync', ({ reason }) => restarts.push(reason));
    client.on('error', ({ message: text }) => restarts.push(text));
    await register('CP-0', 'depot');
    await client.init();
    for (let round = 0; round < 30; round++) {
      const id = `CP-${round % 5}`;
      await write(
        { chargePointId: id, value: round, timestampMs: T0 + ((round * 7) % 11) },
        { chargePointId: id, value: round, timestampMs: T0 + round, phase: 'L1' },
      );
      if (round % 4 === 0) proxy.drop();
      if (round % 5 === 0)
        await sql("update charge_points set label = $1 where id = 'CP-0'", [`round ${round}`]);
      if (round % 9 === 0)
        await sql('update charge_points set status = $1 where id = $2', ['retired', 'CP-3']);
    }
    await first.stop();
    await expect.poll(() => client.getStatus().state).toBe('reconnecting');
    await write({ chargePointId: 'CP-1', value: 4_711, timestampMs: T0 + 1_000 });
    const second = await startLive(store.url, { port: first.port });
    const last = (view: (typeof views)[number]) =>
      view.readingsOf('CP-1').some(({ value }) => value === 4_711);
    await expect.poll(() => views.every(last)).toBe(true);
    const truth = await stateNow(second.url);
    for (const view of views) {
      expect(Object.fromEntries(view.chargePoints)).toEqual(truth.chargePoints);
      expect([...view.readings.values()]).toHaveLength(Object.keys(truth.readings).length);
      expect(new Set([...view.readings.values()].map((each) => JSON.stringify(each)))).toEqual(
        new Set(Object.values(truth.readings).map((each) => JSON.stringify(each))),
      );
    }
    expect(new Set(told).size).toBe(told.length);
    expect(restarts).toEqual([]);
  });

  it('agree on a server that is silent for long, and on one whose bytes are held back', async () => {
    const live = await startLive(store.url);
    const proxy = await startTcpProxy({ targetPort: live.port });
    onTestFinished(() => proxy.close());
    let probes = 0;
    let answers = 0;
    let sockets = 0;
    class CountingSocket extends WebSocket {
      constructor(url: string, protocols?: string[]) {
        super(url, protocols);
        sockets++;
        this.on('message', (data: Buffer) => (answers += Number(data.includes('unknown-subscription'))));
      }
      override send(data: string): void {
        if (data.includes('UNSUBSCRIBE')) probes++;
        super.send(data);
      }
    }
    const clock = new ManualClock();
    const client = assembleLiveClient(
      { liveUrl: `ws://127.0.0.1:${proxy.port}/live`, backoff: BACKOFF },
      {
        ...browserPlatform(),
        webSocket: CountingSocket,
        now: clock.now,
        after: (ms, action) => clock.after(ms, action),
      },
    );
    onTestFinished(() => client.close());
    const subscription = client.subscribe();
    await client.init();
    for (let silence = 1; silence <= 3; silence++) {
      // The time that an answer may take is over before the next silence begins.
      clock.pass(silence === 1 ? SILENCE_MS : ANSWER_MS + SILENCE_MS);
      expect(probes).toBe(silence);
      await expect.poll(() => answers).toBe(silence);
    }
    expect([client.getStatus().state, sockets]).toEqual(['live', 1]);
    proxy.pause();
    clock.pass(ANSWER_MS + SILENCE_MS + ANSWER_MS + BACKOFF.baseMs);
    expect(sockets).toBeGreaterThan(1);
    proxy.resume();
    await expect.poll(() => subscription.getStatus().state).toBe('live');
  });

  it('agree on filters, on charge points that move between sites, and on who may not subscribe', async () => {
    const live = await startLive(store.url, { maxSubscriptions: 2 });
    await register('CP-1', 'depot');
    await register('CP-2', 'yard');
    await write({ chargePointId: 'CP-1' });
    const client = open({ liveUrl: live.url, token: 'any' });
    const depot = createView(client.subscribe({ filter: { sites: ['depot'] } }));
    const fleet = client.subscribe({ filter: { kinds: ['fleet'] } });
    const figures = new Promise<number>((resolve) =>
      fleet.on('fleet', ({ data }) => resolve(data.chargePoints.active)),
    );
    const third = client.subscribe({ filter: { measurands: ['SoC'] } });
    const refusals: string[] = [];
    third.on('error', ({ code }) => refusals.push(code));
    await client.init();
    expect([refusals, third.getStatus().state]).toEqual([['too-many-subscriptions'], 'refused']);
    expect([[...depot.chargePoints.keys()], depot.readings.size]).toEqual([['CP-1'], 1]);
    expect(await figures).toBe(2);
    await sql("update charge_points set site = 'depot' where id = 'CP-2'");
    await sql("update charge_points set site = 'yard' where id = 'CP-1'");
    await expect.poll(() => [...depot.chargePoints.keys()]).toEqual(['CP-2']);
    expect(depot.readings.size).toBe(0);
  });

  it('agree that a position that the feed does not have means to begin anew', async () => {
    const live = await startLive(store.url);
    await write({ value: 1 });
    const client = open({ liveUrl: live.url });
    const subscription = client.subscribe({ changeId: '999999.3' });
    const view = createView(subscription);
    const reasons: string[] = [];
    subscription.on('resync', ({ reason }) => reasons.push(reason));
    await client.init();
    expect([reasons, view.readings.size, view.isReady]).toEqual([['unknown'], 1, true]);
  });
});

describe('the SDK and a gateway', () => {
  it('agree on every reading that is pushed, one that no gateway can read among them', async () => {
    const { url, log } = await startGateway();
    const client = open({ liveUrl: 'ws://127.0.0.1:1/live', ingestUrl: `${url}/ingest` });
    let deep: unknown = 1;
    for (let level = 0; level < 40; level++) deep = [deep];
    const good = Array.from({ length: 250 }, (_, index) => ({
      chargePointId: `CP-${index}`,
      timestamp: new Date(T0 + index),
      value: index,
      unit: 'kWh',
    }));
    const pushed = [
      ...good,
      { chargePointId: 'CP-1', payload: deep },
      { chargePointId: 'CP-1', timestamp: 'yesterday', value: 1 },
    ];
    const outcomes = await client.push(pushed);
    expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(250);
    expect(outcomes.slice(250)).toMatchObject([
      { status: 'rejected', error: { code: 'nested_too_deep' } },
      { status: 'rejected', error: { code: 'invalid_timestamp' } },
    ]);
    expect(new Set(log.messages.map(({ key }) => key)).size).toBe(250);
  });

  it('agree that a log that is away means to try again later', async () => {
    const { url, log, metric } = await startGateway();
    const client = open({ liveUrl: 'ws://127.0.0.1:1/live', ingestUrl: `${url}/ingest` });
    log.mode = 'refuse';
    const push = client.push({ chargePointId: 'CP-1', timestamp: new Date(T0), value: 1 });
    const retried = () => metric('meterpulse_gateway_messages_total', { outcome: 'retry' });
    await expect.poll(retried).toBeGreaterThan(0);
    log.mode = 'confirm';
    expect(await push).toEqual([{ status: 'accepted' }]);
  });
});
