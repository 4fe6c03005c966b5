import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quarantinedPart, quarantinePage } from '../../routes/response/quarantined-part.js';
import { reasonCounts } from '../../routes/response/reason-count.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { Seed } from '../harness/seed.js';

const hour = (at: number): string => new Date(Date.UTC(2026, 2, 1, at)).toISOString();

describe('/v1/quarantine', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let api: RunningApi;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const seed = new Seed(client);
    // Ids 1 to 6, in another order than they arrived.
    const parts = [
      { reason: 'invalid_value', chargePointId: 'A', receivedAt: hour(5), rawKind: 'meterValues', raw: '{}' },
      { reason: 'invalid_value', chargePointId: 'B', receivedAt: hour(1), resolvedAt: hour(7), raw: '{}' },
      { reason: 'invalid_json', chargePointId: 'A', receivedAt: hour(3), rawKind: 'frame', raw: '{' },
      { reason: 'invalid_envelope', receivedAt: hour(3), rawKind: 'record', raw: Buffer.from([255, 0]) },
      { reason: 'invalid_value', chargePointId: 'A', receivedAt: hour(2), resolvedAt: hour(6), raw: 'x' },
      { reason: 'frame_too_large', chargePointId: 'B', receivedAt: hour(4), raw: 'ä'.repeat(100_000) },
    ];
    for (const [offset, part] of parts.entries()) await seed.quarantine({ offset, ...part });
    api = await startApi({ databaseUrl: database.url });
  });

  afterAll(async () => {
    await api.stop();
    await client.end();
    await database.drop();
  });

  it.each([
    ['', [1, 6, 4, 3]],
    ['status=open', [1, 6, 4, 3]],
    ['status=resolved', [5, 2]],
    ['status=all', [1, 6, 4, 3, 5, 2]],
    ['reason=invalid_value', [1]],
    ['reason=invalid_value&status=all', [1, 5, 2]],
    ['chargePointId=A', [1, 3]],
    ['chargePointId=A&chargePointId=B&status=all', [1, 6, 3, 5, 2]],
    ['chargePointId=B&reason=invalid_value&status=resolved', [2]],
    [`from=${hour(3)}&to=${hour(5)}`, [6, 4, 3]],
    [`from=${hour(6)}`, []],
  ])('lists the parts by %j, the newest arrival first', async (query, expected) => {
    const { body } = await api.get(`/v1/quarantine?${query}`);
    const whole = quarantinePage.parse(body).items.map(({ id }) => id);
    expect(whole).toEqual(expected);
    const paged: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await api.get(
        `/v1/quarantine?${query}&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      const { items, nextCursor } = quarantinePage.parse(page.body);
      paged.push(...items.map(({ id }) => id));
      cursor = nextCursor;
    }
    expect(paged).toEqual(expected);
  });

  it('counts the parts by reason, with the first and the last arrival', async () => {
    const { body } = await api.get('/v1/quarantine/reasons?status=all');
    expect(reasonCounts.parse(body)).toEqual({
      items: [
        { reason: 'invalid_value', count: 3, oldestReceivedAt: hour(1), newestReceivedAt: hour(5) },
        { reason: 'frame_too_large', count: 1, oldestReceivedAt: hour(4), newestReceivedAt: hour(4) },
        { reason: 'invalid_envelope', count: 1, oldestReceivedAt: hour(3), newestReceivedAt: hour(3) },
        { reason: 'invalid_json', count: 1, oldestReceivedAt: hour(3), newestReceivedAt: hour(3) },
      ],
      nextCursor: null,
    });
  });

  it.each([
    ['', { invalid_value: 1, frame_too_large: 1, invalid_envelope: 1, invalid_json: 1 }],
    ['status=resolved', { invalid_value: 2 }],
    ['reason=invalid_value', { invalid_value: 1 }],
    ['chargePointId=A&status=all', { invalid_value: 2, invalid_json: 1 }],
    [`from=${hour(4)}`, { invalid_value: 1, frame_too_large: 1 }],
    ['chargePointId=nobody', {}],
  ])('counts by the filters %j', async (query, expected) => {
    const { body } = await api.get(`/v1/quarantine/reasons?${query}`);
    const { items } = reasonCounts.parse(body);
    expect(Object.fromEntries(items.map(({ reason, count }) => [reason, count]))).toEqual(expected);
  });

  it('gives one part with all of its raw', async () => {
    const { body } = await api.get('/v1/quarantine/6');
    expect(quarantinedPart.parse(body)).toMatchObject({
      id: 6,
      raw: 'ä'.repeat(100_000),
      rawBytes: 200_000,
      truncated: false,
    });
    expect((await api.get('/v1/quarantine?chargePointId=B')).body['items']).toMatchObject([
      { id: 6, truncated: true, rawBytes: 200_000 },
    ]);
    const record = await api.get('/v1/quarantine/4');
    expect(record.body).toMatchObject({ raw: '/wA=', rawEncoding: 'base64', rawKind: 'record' });
    const resolved = await api.get('/v1/quarantine/5');
    expect(resolved.body).toMatchObject({ status: 'resolved', resolvedAt: hour(6), redrivenAt: null });
  });

  it.each(['0', '-1', '1e3', '01', '1.5', 'x', '9007199254740992', '99999999999999999999', '%00'])(
    'refuses the id %s',
    async (id) => {
      const { status, body } = await api.get(`/v1/quarantine/${id}`);
      expect(status).toBe(400);
      expect(body['errors']).toMatchObject([{ parameter: 'id' }]);
    },
  );

  it('knows of no part that it does not have', async () => {
    expect((await api.get('/v1/quarantine/7')).status).toBe(404);
    expect((await api.get('/v1/quarantine/9007199254740991')).status).toBe(404);
  });

  it('has the same parts as CSV and NDJSON', async () => {
    const ask = async (accept: string) =>
      (await fetch(`${api.url}/v1/quarantine?status=all`, { headers: { accept } })).text();
    const rows = (await ask('application/x-ndjson')).split('\n').slice(0, -1);
    expect(rows.map((row) => JSON.parse(row) as unknown)).toEqual(
      (await api.get('/v1/quarantine?status=all')).body['items'],
    );
    const [header, first] = (await ask('text/csv')).split('\r\n');
    expect(header).toBe(
      'id,status,reason,detail,chargePointId,protocol,messageId,path,raw,rawEncoding,rawBytes,rawKind,truncated,receivedAt,redrivenAt,resolvedAt,source.topic,source.partition,source.offset',
    );
    expect(first).toBe(
      `1,open,invalid_value,why,A,json,m1,,{},utf8,2,meterValues,false,${hour(5)},,,seed,0,0`,
    );
  });
});
