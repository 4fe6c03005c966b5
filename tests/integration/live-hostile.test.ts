import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApi } from '../harness/api.js';
import { RawClient } from '../harness/gateway.js';
import { startLive, type RunningLive } from '../harness/live.js';
import { LiveTestClient } from '../harness/live-client.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase({ migrated: true });
});
afterEach(() => database.drop());

const errors = (client: LiveTestClient) =>
  client.messages.flatMap((each) => (each.type === 'ERROR' ? [[each.id, each.error.code]] : []));

describe('what a client should not send', () => {
  it('is answered with what is wrong, and ends nothing', async () => {
    const live = await startLive(database.url);
    const client = await LiveTestClient.open(live.url);
    await client.subscribe('s1');
    for (const text of ['', '{', 'null', '[]', '{"type":"HELLO","id":"x"}', '['.repeat(50_000)])
      client.send(text);
    client.ws.send(Buffer.from('{"type":"SUBSCRIBE","id":"b"}'), { binary: true });
    client.send({ type: 'SUBSCRIBE', id: 's1' });
    client.send({ type: 'UNSUBSCRIBE', id: 's9' });
    await expect
      .poll(() => errors(client))
      .toEqual([
        ...[null, null, null, null, 'x', null, null].map((id) => [id, 'malformed']),
        ['s1', 'duplicate-subscription'],
        ['s9', 'unknown-subscription'],
      ]);
    await client.subscribe('s2');
  });

  it('has a bound: subscriptions of a socket, messages a second, the size of one', async () => {
    const live = await startLive(database.url, { maxSubscriptions: 3, maxMessageBytes: 2_048 });
    const client = await LiveTestClient.open(live.url);
    for (let at = 0; at < 10_000; at++) client.send({ type: 'SUBSCRIBE', id: `s${at}`, snapshot: false });
    expect(await client.closed).toMatchObject({ code: 1008 });
    expect(errors(client).slice(0, 2)).toEqual([
      ['s3', 'too-many-subscriptions'],
      ['s4', 'too-many-subscriptions'],
    ]);
    await expect.poll(() => live.metric('meterpulse_live_subscriptions')).toBe(0);
    await expect.poll(() => live.metric('meterpulse_live_channels')).toBe(0);
    const large = await LiveTestClient.open(live.url);
    large.send({ type: 'SUBSCRIBE', id: 'x'.repeat(4_096) });
    expect(await large.closed).toMatchObject({ code: 1009 });
  });

  it('leaves nothing behind where subscriptions come and go before their snapshot', async () => {
    const live = await startLive(database.url, { snapshots: 1 });
    const client = await LiveTestClient.open(live.url);
    for (let at = 0; at < 40; at++) {
      client.send({ type: 'SUBSCRIBE', id: 's', filter: { sites: [`site ${at}`] } });
      client.send({ type: 'UNSUBSCRIBE', id: 's' });
    }
    await client.subscribe('last');
    expect(errors(client)).toEqual([]);
    expect(await live.metric('meterpulse_live_subscriptions')).toBe(1);
    expect(await live.metric('meterpulse_live_channels')).toBe(1);
  });
});

describe('the door', () => {
  it('takes so many and no more, and says when to come again', async () => {
    const live = await startLive(database.url, { maxConnections: 2 });
    const first = await LiveTestClient.open(live.url);
    await LiveTestClient.open(live.url);
    await expect(LiveTestClient.open(live.url)).rejects.toThrow('HTTP 503');
    const raw = new RawClient(live.port).upgrade('/live');
    await raw.closed;
    expect(raw.received).toMatch(/\r\nretry-after: [1-5]\r\n/);
    first.ws.close();
    await expect.poll(() => live.server.size).toBe(1);
    await LiveTestClient.open(live.url);
  });

  it('refuses pages of other hosts, other paths, and what is no WebSocket', async () => {
    const live = await startLive(database.url);
    const origin = 'https://elsewhere.example';
    await expect(LiveTestClient.open(live.url, { origin })).rejects.toThrow('HTTP 403');
    await LiveTestClient.open(live.url, { origin: 'http://localhost:5173' });
    await expect(LiveTestClient.open(`ws://127.0.0.1:${live.port}/other`)).rejects.toThrow('HTTP 404');
    expect((await fetch(`http://127.0.0.1:${live.port}/live`)).status).toBe(426);
    expect((await fetch(`http://127.0.0.1:${live.port}/`)).status).toBe(404);
    const raw = new RawClient(live.port).request('GARBAGE');
    await raw.closed;
    expect(raw.status).toBe(400);
  });

  it('stands at the port of the API too', async () => {
    const live = await startLive(database.url);
    const api = await startApi({
      databaseUrl: database.url,
      upgrade: (request, socket, head) => live.server.upgrade(request, socket, head),
    });
    const client = await LiveTestClient.open(`ws://127.0.0.1:${api.port}/live?x=1`);
    await client.subscribe('s');
    await expect(LiveTestClient.open(`ws://127.0.0.1:${api.port}/v1/stats`)).rejects.toThrow('HTTP 404');
    expect((await api.get('/v1/stats')).status).toBe(200);
    await live.stop();
    expect(await client.closed).toMatchObject({ code: 1012 });
    await api.stop();
  });

  it('gives compression to who offers it, where it is switched on', async () => {
    const live = await startLive(database.url, { deflate: true });
    const client = await LiveTestClient.open(live.url, { perMessageDeflate: true });
    expect(client.ws.extensions).toContain('permessage-deflate');
    const plain = await LiveTestClient.open(live.url);
    await client.subscribe('s');
    await plain.subscribe('s');
    await insert(live);
    await expect.poll(() => client.changes('s')).toHaveLength(1);
    await expect.poll(() => plain.changes('s')).toEqual(client.changes('s'));
  });

  async function insert(live: RunningLive): Promise<void> {
    expect(await live.metric('meterpulse_live_connections')).toBe(2);
    const { default: pg } = await import('pg');
    const connection = new pg.Client({ connectionString: database.url });
    await connection.connect();
    await connection.query("insert into charge_points (id, label) values ('CP-1', repeat('x', 200))");
    await connection.end();
  }
});

describe('a stop', () => {
  it('closes sockets evenly, each after what it was told', async () => {
    const live = await startLive(database.url, { drainMs: 2_000 });
    const clients = await Promise.all(Array.from({ length: 8 }, () => LiveTestClient.open(live.url)));
    const closedAt: number[] = [];
    for (const client of clients) void client.closed.then(() => closedAt.push(performance.now()));
    const stopped = live.stop();
    await expect(LiveTestClient.open(live.url)).rejects.toThrow('HTTP 503');
    for (const client of clients) expect(await client.closed).toMatchObject({ code: 1012 });
    await stopped;
    expect((closedAt.at(-1) ?? 0) - (closedAt[0] ?? 0)).toBeGreaterThan(1_000);
  });
});
