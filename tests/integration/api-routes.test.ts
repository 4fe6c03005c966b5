import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from '../harness/api.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { Seed } from '../harness/seed.js';

describe('the REST API', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let api: RunningApi;
  let seed: Seed;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    seed = new Seed(client);
    api = await startApi({ databaseUrl: database.url });
  });

  afterAll(async () => {
    await api.stop();
    await client.end();
    await database.drop();
  });

  it('answers zeros and nulls, and empty lists, before anything is stored', async () => {
    expect((await api.get('/v1/stats')).body).toEqual({
      messages: { received: 0, stored: 0, duplicate: 0, rejected: 0 },
      readings: { stored: 0, duplicate: 0, conflicting: 0, rejected: 0, waiting: 0 },
      chargePoints: 0,
      transactions: 0,
      from: null,
      to: null,
    });
    expect((await api.get('/v1/charge-points')).body).toEqual({
      items: [],
      nextCursor: null,
      changeId: '0',
    });
    for (const path of ['readings?chargePointId=A', 'quarantine', 'conflicts']) {
      expect((await api.get(`/v1/${path}`)).body).toEqual({ items: [], nextCursor: null });
    }
  });

  describe('with readings', () => {
    let total: number;
    let power: number;

    beforeAll(async () => {
      total = await seed.series({ chargePointId: 'CP/1 ä' });
      power = await seed.series({
        chargePointId: 'CP/1 ä',
        measurand: 'Power.Active.Import',
        phase: 'L1',
        unit: 'W',
        connectorId: 2,
      });
      await seed.chargePoint('B', 'north');
      const session = await seed.transaction('CP/1 ä', '4711');
      await seed.readings([
        { seriesId: total, timestamp: '2026-03-01T10:00:00.000Z', value: 100, transactionId: session },
        { seriesId: total, timestamp: '2026-03-01T10:00:00.000Z', value: 101, context: 2 },
        { seriesId: total, timestamp: '2026-03-02T10:00:00.123Z', value: 250.5, quality: 3 },
        { seriesId: power, timestamp: '2026-03-01T10:00:00.000Z', value: -7.25 },
      ]);
      await seed.conflict({ seriesId: total, timestamp: '2026-03-01T10:00:00.000Z', value: 0, quality: 1 });
      await seed.quarantine({ offset: 1, reason: 'invalid_value', chargePointId: 'B', raw: '{"value":"ä"}' });
      await seed.quarantine({ offset: 2, reason: 'invalid_json', raw: Buffer.from([0xff, 0x00]) });
      await seed.quarantine({
        offset: 3,
        reason: 'invalid_json',
        chargePointId: 'B',
        raw: 'ä'.repeat(9_000),
      });
    });

    const cp1 = encodeURIComponent('CP/1 ä');

    it('tells the exact counters of the worker in /v1/stats', async () => {
      const { status, headers, body } = await api.get('/v1/stats');
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(body).toEqual({
        messages: { received: 1, stored: 1, duplicate: 0, rejected: 0 },
        readings: { stored: 4, duplicate: 0, conflicting: 0, rejected: 0, waiting: 0 },
        chargePoints: 2,
        transactions: 1,
        from: '2026-03-01T10:00:00.000Z',
        to: '2026-03-02T10:00:00.123Z',
      });
    });

    it('lists charge points by id, of one site where asked', async () => {
      const { body } = await api.get('/v1/charge-points');
      expect((body['items'] as { id: string }[]).map(({ id }) => id)).toEqual(['B', 'CP/1 ä']);
      const north = await api.get('/v1/charge-points?site=north');
      expect(north.body).toEqual({
        items: [
          {
            id: 'B',
            label: '',
            site: 'north',
            status: 'active',
            createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/) as string,
            updatedAt: expect.stringMatching(/Z$/) as string,
            version: 1,
          },
        ],
        nextCursor: null,
        changeId: expect.stringMatching(/^\d+$/) as string,
      });
    });

    it('shows one charge point, whatever its id holds, and 404 for an unknown one', async () => {
      expect((await api.get(`/v1/charge-points/${cp1}`)).body).toMatchObject({ id: 'CP/1 ä' });
      const unknown = await api.get('/v1/charge-points/none');
      expect(unknown.status).toBe(404);
      expect(unknown.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(unknown.body).toEqual({
        type: 'urn:meterpulse:problem:not-found',
        title: 'Not found',
        status: 404,
        detail: 'There is no charge point with this id.',
        instance: '/v1/charge-points/none',
      });
      expect((await api.get('/v1/charge-points/none/latest')).status).toBe(404);
    });

    it('gives the newest reading of each series of a charge point', async () => {
      const { body } = await api.get(`/v1/charge-points/${cp1}/latest`);
      expect(body).toMatchObject({
        items: [
          { connectorId: 1, timestamp: '2026-03-02T10:00:00.123Z', value: 250.5 },
          { connectorId: 2, timestamp: '2026-03-01T10:00:00.000Z', value: -7.25, unit: 'W' },
        ],
        nextCursor: null,
      });
      const page = await api.get(`/v1/charge-points/${cp1}/latest?limit=1`);
      const next = await api.get(
        `/v1/charge-points/${cp1}/latest?limit=1&cursor=${String(page.body['nextCursor'])}`,
      );
      expect(next.body).toMatchObject({ items: [{ connectorId: 2 }], nextCursor: null });
      expect((await api.get('/v1/charge-points/B/latest')).body).toMatchObject({
        items: [],
        nextCursor: null,
      });
    });

    it('gives readings by series, timestamp and context, without from and to all there are', async () => {
      const { body } = await api.get(`/v1/readings?chargePointId=${cp1}`);
      expect(body['nextCursor']).toBeNull();
      expect(body['items']).toHaveLength(4);
      expect((body['items'] as unknown[])[0]).toEqual({
        chargePointId: 'CP/1 ä',
        evseId: 0,
        connectorId: 1,
        measurand: 'Energy.Active.Import.Register',
        phase: '',
        location: 'Outlet',
        unit: 'Wh',
        context: 'Sample.Periodic',
        timestamp: '2026-03-01T10:00:00.000Z',
        value: 100,
        transactionId: '4711',
        quality: [],
      });
      expect((body['items'] as unknown[])[2]).toMatchObject({ quality: ['assumedUtc', 'numberForString'] });
    });

    it.each([
      ['from=2026-03-02', [250.5]],
      ['to=2026-03-02T10:00:00.123Z', [100, 101, -7.25]],
      ['from=2026-03-01T11:00:00%2B01:00&to=2026-03-01T10:00:00.001', [100, 101, -7.25]],
      ['from=0001-01-01&to=9999-12-31', [100, 101, 250.5, -7.25]],
      ['from=2027-01-01', []],
      ['connectorId=2', [-7.25]],
      ['measurand=Power.Active.Import', [-7.25]],
      ['phase=', [100, 101, 250.5]],
      ['phase=L1', [-7.25]],
      ['context=Sample.Clock', [101]],
      ['context=Nothing.Known', []],
      ['chargePointId=B', [100, 101, 250.5, -7.25]],
    ])('filters readings by %s', async (filter, values) => {
      const { status, body } = await api.get(`/v1/readings?chargePointId=${cp1}&${filter}`);
      expect(status).toBe(200);
      expect((body['items'] as { value: number }[]).map(({ value }) => value)).toEqual(values);
    });

    it('gives quarantine newest first, its raw text bounded and base64 where it is no UTF-8', async () => {
      const { body } = await api.get('/v1/quarantine');
      const items = body['items'] as Record<string, unknown>[];
      expect(items[0]).toMatchObject({
        truncated: true,
        rawBytes: 18_000,
        rawEncoding: 'utf8',
        raw: 'ä'.repeat(4_096),
      });
      expect(items[1]).toMatchObject({
        raw: '/wA=',
        rawEncoding: 'base64',
        truncated: false,
        chargePointId: null,
      });
      expect(items[2]).toEqual({
        id: 1,
        status: 'open',
        reason: 'invalid_value',
        detail: 'why',
        chargePointId: 'B',
        protocol: 'json',
        messageId: 'm1',
        path: '',
        raw: '{"value":"ä"}',
        rawEncoding: 'utf8',
        rawBytes: 14,
        truncated: false,
        rawKind: null,
        receivedAt: '2026-03-01T00:00:00.000Z',
        redrivenAt: null,
        resolvedAt: null,
        source: { topic: 'seed', partition: 0, offset: 1 },
      });
      const filtered = await api.get('/v1/quarantine?reason=invalid_json&chargePointId=B');
      expect(filtered.body['items']).toMatchObject([{ source: { offset: 3 } }]);
    });

    it('gives conflicts with the standing and the losing value', async () => {
      const { body } = await api.get('/v1/conflicts');
      expect(body['items']).toMatchObject([
        {
          id: 1,
          chargePointId: 'CP/1 ä',
          context: 'Sample.Periodic',
          timestamp: '2026-03-01T10:00:00.000Z',
          standing: { value: 100, transactionId: '4711', quality: [] },
          losing: { value: 0, transactionId: null, quality: ['assumedUtc'] },
        },
      ]);
      expect((await api.get('/v1/conflicts?chargePointId=B')).body['items']).toEqual([]);
      expect((await api.get(`/v1/conflicts?chargePointId=${cp1}`)).body['items']).toHaveLength(1);
    });
  });

  it('is healthy while the database answers', async () => {
    const { status, body } = await api.get('/health');
    expect({ status, body }).toEqual({ status: 200, body: { status: 'ok', database: 'ok' } });
  });

  it('answers 404 to unknown routes and 405 with Allow to other methods', async () => {
    expect((await api.get('/v2/stats')).status).toBe(404);
    const post = await api.get('/v1/stats', { method: 'POST', body: '{}' });
    expect(post.status).toBe(405);
    expect(post.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expect(post.body).toMatchObject({ type: 'urn:meterpulse:problem:method-not-allowed', status: 405 });
    const options = await api.get('/v1/stats', { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
    const head = await api.get('/v1/stats', { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, {}]);
  });

  it('sends the headers of a careful server, and keeps a sane request id', async () => {
    const { headers } = await api.get('/v1/stats', { headers: { 'x-request-id': 'trace-1' } });
    expect(headers.get('x-request-id')).toBe('trace-1');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('etag')).toMatch(/^W\//);
    const other = await api.get('/v1/stats', { headers: { 'x-request-id': 'x'.repeat(500) } });
    expect(other.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('saves the body for a client that has the answer already, however it is compressed', async () => {
    const paths = [
      '/v1/stats',
      '/v1/charge-points',
      `/v1/readings?chargePointId=${encodeURIComponent('CP/1 ä')}`,
    ];
    for (const path of paths) {
      const ask = (headers: Record<string, string>) => fetch(`${api.url}${path}`, { headers });
      const plain = await ask({ 'accept-encoding': 'identity' });
      const compressed = await ask({ 'accept-encoding': 'gzip' });
      const etag = plain.headers.get('etag') ?? '';
      expect(etag).toMatch(/^W\/"/);
      expect(compressed.headers.get('etag')).toBe(etag);
      for (const known of [etag, `"other", ${etag}`, etag.slice(2), '*']) {
        const again = await ask({ 'if-none-match': known });
        expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
        expect(again.headers.get('x-request-id')).not.toBeNull();
      }
      expect((await ask({ 'if-none-match': '"other"' })).status).toBe(200);
    }
    const before = (await fetch(`${api.url}/v1/charge-points`)).headers.get('etag') ?? '';
    await seed.chargePoint('Changed');
    const after = await fetch(`${api.url}/v1/charge-points`, { headers: { 'if-none-match': before } });
    expect(after.status).toBe(200);
    expect(after.headers.get('etag')).not.toBe(before);
  });

  it('names every request, whatever becomes of it', async () => {
    const ids = new Set<string>();
    const requests: [string, RequestInit][] = [
      ['/v1/stats', {}],
      ['/v1/stats', { method: 'POST' }],
      ['/v1/none', {}],
      ['/v1/readings', {}],
      ['/v1/charge-points', { headers: { accept: 'text/csv' } }],
      ['/v1/charge-points', { headers: { accept: 'image/png' } }],
      ['/v1/quarantine/redrive', { method: 'POST', body: '{}' }],
    ];
    for (const [path, init] of requests) {
      const { headers } = await fetch(`${api.url}${path}`, init);
      ids.add(headers.get('x-request-id') ?? '');
    }
    expect(ids.size).toBe(requests.length);
    expect([...ids].every((id) => /^[0-9a-f-]{36}$/.test(id))).toBe(true);
    const given = await fetch(`${api.url}/v1/charge-points`, {
      headers: { accept: 'application/x-ndjson', 'x-request-id': 'trace:7.a_b' },
    });
    expect(given.headers.get('x-request-id')).toBe('trace:7.a_b');
  });

  it('measures requests by route template, so that labels stay few', async () => {
    await api.get('/v1/charge-points/some-id');
    await api.get('/no/such/path');
    const text = await api.registry.metrics();
    expect(text).toContain(
      'meterpulse_api_http_request_seconds_count{route="/v1/charge-points/:id",method="GET",status="404"}',
    );
    expect(text).toContain('route="unmatched"');
    expect(text).not.toContain('some-id');
  });
});
