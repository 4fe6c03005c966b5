import { describe, expect, it } from 'vitest';
import { FakeLivePlatform } from '../../tests/harness/fake-live-platform.js';
import { assembleLiveClient } from './assemble-live-client.js';
import type { LiveClient, LiveClientOptions } from './live-client.js';

interface Scene {
  readonly platform: FakeLivePlatform;
  readonly client: LiveClient;
  readonly requests: { readonly url: string; readonly init: RequestInit }[];
}

/** Answers in turn; the last one again. */
function scene(answers: readonly Response[] = [json({})], options: LiveClientOptions = {}): Scene {
  const platform = new FakeLivePlatform();
  const requests: Scene['requests'] = [];
  platform.answer = (url, init) => {
    requests.push({ url, init });
    const answer = answers[Math.min(requests.length, answers.length) - 1];
    return Promise.resolve((answer ?? json({})).clone());
  };
  const urls = { liveUrl: 'ws://host/live', apiUrl: 'https://host/base/' };
  return { platform, requests, client: assembleLiveClient({ ...urls, ...options }, platform) };
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status });
}

const problem = (status: number, name = 'not-found') =>
  json({ type: `urn:meterpulse:problem:${name}`, title: 'T', status, detail: 'because' }, status);

describe('a request', () => {
  it.each<[string, string, (client: LiveClient) => Promise<unknown>]>([
    [
      'GET',
      '/v1/quarantine?limit=2&reason=a+b',
      (client) => client.get('/v1/quarantine', { limit: 2, reason: 'a b' }),
    ],
    ['GET', '/v1/stats?x=1&y=2', (client) => client.get('/v1/stats?x=1', { y: 2 })],
    ['GET', '/v1/charge-points?site=Depot', (client) => client.chargePoints({ site: 'Depot' })],
    ['GET', '/v1/charge-points/Depot%2F7', (client) => client.chargePoint('Depot/7')],
    ['GET', '/v1/charge-points/..%2F..%2Fhealth/latest', (client) => client.latest('../../health')],
    [
      'GET',
      '/v1/readings?chargePointId=A&chargePointId=B&from=1970-01-01T00%3A00%3A00.000Z',
      (client) => client.readings({ chargePointId: ['A', 'B'], from: new Date(0) }),
    ],
    [
      'GET',
      '/v1/energy?from=a&to=b&interval=1h',
      (client) => client.energy({ from: 'a', to: 'b', interval: '1h' }),
    ],
    ['GET', '/v1/aggregates?from=a&to=b', (client) => client.aggregates({ from: 'a', to: 'b' })],
    ['GET', '/v1/transactions', (client) => client.transactions()],
    ['GET', '/v1/stats', (client) => client.stats()],
    ['GET', '/v1/fleet', (client) => client.fleet()],
    ['GET', '/v1/changes?cursor=c', (client) => client.changes({ cursor: 'c' })],
    ['POST', '/v1/charge-points', (client) => client.create({ id: 'CP-9' })],
    ['PATCH', '/v1/charge-points/CP-9', (client) => client.update('CP-9', { label: 'x' })],
    ['DELETE', '/v1/charge-points/CP-9', (client) => client.delete('CP-9')],
    ['POST', '/v1/quarantine/1/redrive', (client) => client.send('POST', '/v1/quarantine/1/redrive', {})],
  ])('%s %s', async (method, path, ask) => {
    const { client, requests } = scene([json({ a: 1 })]);
    await expect(ask(client)).resolves.toEqual({ a: 1 });
    expect(requests.map(({ url, init }) => `${String(init.method)} ${url}`)).toEqual([
      `${method} https://host/base${path}`,
    ]);
  });

  it('carries token, body and version', async () => {
    const { client, requests } = scene([json({})], { token: 'secret' });
    await client.update('CP-1', { label: 'x' }, { version: 3 });
    await client.delete('CP-1', { version: 4 });
    expect(requests.map(({ init }) => [init.headers, init.body])).toEqual([
      [
        {
          accept: 'application/json',
          authorization: 'Bearer secret',
          'content-type': 'application/json',
          'if-match': '"3"',
        },
        '{"label":"x"}',
      ],
      [{ accept: 'application/json', authorization: 'Bearer secret', 'if-match': '"4"' }, undefined],
    ]);
  });

  it('resolves with nothing when the answer is empty', async () => {
    const { client } = scene([new Response(null, { status: 204 })]);
    await expect(client.delete('CP-1')).resolves.toBe(undefined);
  });

  it.each([
    [404, 'refused', false],
    [400, 'refused', false],
    [409, 'conflict', false],
    [412, 'conflict', false],
    [408, 'unavailable', true],
    [429, 'unavailable', true],
    [500, 'unavailable', true],
    [503, 'unavailable', true],
  ])('that is answered by %i rejects with %s and the problem', async (status, code, canRetry) => {
    const { client } = scene([problem(status)]);
    const details = {
      code,
      canRetry,
      status,
      problem: { status, detail: 'because' },
      message: 'GET /v1/stats: because',
    };
    await expect(client.stats()).rejects.toMatchObject(details);
  });

  it('rejects what is no answer of the API, and says where it came from', async () => {
    const { client } = scene([
      new Response('<html>'),
      new Response('<html>', { status: 502 }),
      json(null, 400),
    ]);
    await expect(client.stats()).rejects.toMatchObject({ code: 'unexpected-answer', status: 200 });
    await expect(client.stats()).rejects.toMatchObject({
      code: 'unavailable',
      message: 'GET /v1/stats: HTTP 502',
    });
    await expect(client.stats()).rejects.toMatchObject({ code: 'refused', problem: undefined });
  });

  it('rejects when there is no network, with the cause', async () => {
    const { platform, client } = scene();
    platform.answer = () => Promise.reject(new TypeError('Failed to fetch'));
    await expect(client.stats()).rejects.toMatchObject({
      code: 'unreachable',
      cause: new TypeError('Failed to fetch'),
    });
  });

  it.each<[string, (scene: Scene, controller: AbortController) => void]>([
    ['its signal', (_, controller) => controller.abort()],
    ['its time', ({ platform }) => platform.clock.pass(30_000)],
    ['close()', ({ client }) => client.close()],
  ])('is ended by %s', async (_, end) => {
    const made = scene();
    made.platform.answer = (_url, { signal }) =>
      new Promise((_resolve, reject) =>
        signal?.addEventListener('abort', () => reject(new Error('aborted'))),
      );
    const controller = new AbortController();
    const request = made.client.stats({ signal: controller.signal });
    end(made, controller);
    await expect(request).rejects.toMatchObject({ code: 'aborted' });
  });

  it('is not made after close(), without an address, or to another server', async () => {
    const { client, requests } = scene();
    for (const path of ['//evil.example/v1', 'v1/stats', 'https://evil.example', ''])
      await expect(client.get(path)).rejects.toMatchObject({ code: 'invalid-options' });
    client.close();
    await expect(client.stats()).rejects.toMatchObject({ code: 'closed' });
    const { client: other } = scene([json({})], { apiUrl: undefined });
    await expect(other.stats()).rejects.toMatchObject({ code: 'invalid-options' });
    expect(requests).toEqual([]);
  });
});

describe('all items of a list', () => {
  it('are those of its pages', async () => {
    const { client, requests } = scene([
      json({ items: [1, 2], nextCursor: 'a' }),
      json({ items: [], nextCursor: 'b' }),
      json({ items: [3], nextCursor: null }),
    ]);
    const items: unknown[] = [];
    for await (const item of client.each('/v1/conflicts', { limit: 2 })) items.push(item);
    expect(items).toEqual([1, 2, 3]);
    expect(requests.map(({ url }) => url.replace('https://host/base', ''))).toEqual([
      '/v1/conflicts?limit=2',
      '/v1/conflicts?limit=2&cursor=a',
      '/v1/conflicts?limit=2&cursor=b',
    ]);
  });

  it('end when a server gives the same page again and again, or no list', async () => {
    const repeating = scene([json({ items: [1], nextCursor: 'a' })]).client.each('/v1/conflicts');
    await expect(collect(repeating)).rejects.toMatchObject({ code: 'unexpected-answer' });
    const none = scene([json({ items: 'many' })]).client.each('/v1/conflicts');
    await expect(collect(none)).rejects.toMatchObject({ code: 'unexpected-answer' });
  });
});

async function collect(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
}
