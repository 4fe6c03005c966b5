import { describe, expect, it, onTestFinished } from 'vitest';
import { startLive } from '../harness/live.js';
import { LiveTestClient } from '../harness/live-client.js';
import { startTcpProxy } from '../harness/tcp-proxy.js';
import { openStore } from './store-harness.js';

async function startBehindProxy(options = {}) {
  const store = await openStore();
  const { hostname, port } = new URL(store.url);
  const proxy = await startTcpProxy({ targetHost: hostname, targetPort: Number(port) });
  onTestFinished(async () => {
    await proxy.close();
    await store.close();
  });
  const url = new URL(store.url);
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  const live = await startLive(url.href, options);
  const client = await LiveTestClient.open(live.url);
  const insert = (id: string) => store.pool.query('insert into charge_points (id) values ($1)', [id]);
  return { store, proxy, live, client, insert };
}

describe('while the database is away', () => {
  it('keeps its sockets, and tells all that was committed meanwhile when it is back, once', async () => {
    const { proxy, live, client, insert } = await startBehindProxy();
    await client.subscribe('s');
    await insert('CP-1');
    await expect.poll(() => client.changes('s')).toEqual(['INSERT 1.0']);
    proxy.pause();
    proxy.drop();
    await insert('CP-2');
    await insert('CP-3');
    await expect.poll(() => live.server.checkReady().then(String, () => 'not ready')).toBe('not ready');
    expect(client.changes('s')).toHaveLength(1);
    proxy.resume();
    proxy.drop();
    await expect.poll(() => client.changes('s')).toEqual(['INSERT 1.0', 'INSERT 2.0', 'INSERT 3.0']);
    expect(client.of('s').some(({ type }) => type === 'RESYNC')).toBe(false);
    await live.server.checkReady();
  });

  it('says so to who comes then, and goes on with them when it is back', async () => {
    const { proxy, client, insert } = await startBehindProxy({ recentBytes: 1 });
    await insert('CP-1');
    proxy.pause();
    proxy.drop();
    client.send({ type: 'SUBSCRIBE', id: 'new' });
    client.send({ type: 'SUBSCRIBE', id: 'back', changeId: '0' });
    const unavailable = (id: string) => client.of(id).filter(({ type }) => type === 'ERROR');
    await expect.poll(() => unavailable('new')).toMatchObject([{ error: { code: 'unavailable' } }]);
    proxy.resume();
    proxy.drop();
    await client.until((each) => each.type === 'STATUS' && each.id === 'new');
    await client.until((each) => each.type === 'STATUS' && each.id === 'back');
    expect(Object.keys(client.folded('new').chargePoints)).toEqual(['CP-1']);
    expect(client.changes('back')).toEqual(['INSERT 1.0']);
    expect(unavailable('new')).toHaveLength(1);
  });

  it('begins anew for everybody where another feed stands in its place', async () => {
    const { store, client, insert } = await startBehindProxy();
    await client.subscribe('s');
    await insert('CP-1');
    await insert('CP-2');
    await expect.poll(() => client.changes('s')).toHaveLength(2);
    // As a restored backup has it: older, and without what was told.
    await store.pool.query(
      "delete from feed where position = 2; alter table charge_points disable trigger all; delete from charge_points where id = 'CP-2'; alter table charge_points enable trigger all",
    );
    const resync = await client.until(({ type }) => type === 'RESYNC');
    expect(resync).toMatchObject({ id: 's', reason: 'unknown' });
    await expect.poll(() => Object.keys(client.folded('s').chargePoints)).toEqual(['CP-1']);
  });
});

describe('a subscription of the fleet', () => {
  it('hears its figures at once, and as often as they are taken, for all that ask once', async () => {
    let reads = 0;
    const store = await openStore();
    onTestFinished(() => store.close());
    const readFleet = () => Promise.resolve({ connected: ++reads } as never);
    const live = await startLive(store.url, { fleetIntervalMs: 100 }, { readFleet });
    const clients = [await LiveTestClient.open(live.url), await LiveTestClient.open(live.url)];
    for (const client of clients) client.send({ type: 'SUBSCRIBE', id: 'f', filter: { kinds: ['fleet'] } });
    const figures = (client: LiveTestClient | undefined) =>
      client
        ?.of('f')
        .flatMap((each) => (each.type === 'STATUS' && 'kind' in each ? each.data.connected : [])) ?? [];
    await expect.poll(() => figures(clients[1]).length).toBeGreaterThan(3);
    expect(figures(clients[1]).at(-1)).toBeGreaterThan(3);
    expect(reads).toBeLessThanOrEqual(figures(clients[0]).length + 1);
    for (const client of clients) client.send({ type: 'UNSUBSCRIBE', id: 'f' });
    await expect.poll(() => live.metric('meterpulse_live_subscriptions')).toBe(0);
    const then = reads;
    // Answered in its turn: what was told before the end has arrived.
    clients[0]?.send({ type: 'UNSUBSCRIBE', id: 'none' });
    await clients[0]?.until(({ type }) => type === 'ERROR');
    const silent = figures(clients[0]).length;
    const again = await LiveTestClient.open(live.url);
    await again.subscribe('s', { filter: { kinds: ['fleet', 'chargePoint'] } });
    await expect.poll(() => again.of('s').map(({ type }) => type)).toContain('INITIAL_DATA');
    expect(figures(clients[0])).toHaveLength(silent);
    expect(reads).toBeGreaterThanOrEqual(then);
  });

  it('has the figures that the API answers with', async () => {
    const store = await openStore();
    onTestFinished(() => store.close());
    const live = await startLive(store.url);
    const client = await LiveTestClient.open(live.url);
    client.send({ type: 'SUBSCRIBE', id: 'f', filter: { kinds: ['fleet'] } });
    const told = await client.until((each) => each.type === 'STATUS' && 'kind' in each);
    expect(told).toMatchObject({ kind: 'fleet', data: { connected: 0, chargePoints: { active: 0 } } });
  });
});
