import { connect } from 'node:net';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from '../harness/api.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { Seed } from '../harness/seed.js';

const ROUTES = [
  '/v1/stats',
  '/v1/fleet',
  '/v1/charge-points',
  '/v1/charge-points/CP-1',
  '/v1/charge-points/CP-1/latest',
  '/v1/changes',
  '/v1/readings',
  '/v1/energy',
  '/v1/aggregates',
  '/v1/completeness',
  '/v1/charge-points/CP-1/completeness',
  '/v1/transactions',
  '/v1/quarantine',
  '/v1/quarantine/reasons',
  '/v1/quarantine/1',
  '/v1/edits',
  '/v1/edits/1',
  '/v1/estimates',
  '/v1/signed-values',
  '/v1/conflicts',
  '/v1/conflicts/counts',
  '/v1/findings',
  '/v1/findings/counts',
  '/chargers/all',
  '/chargers/record',
  '/health',
];
const RANGE = ['from=2026-03-01', 'to=2026-03-02'];
const REQUIRED: Record<string, readonly string[]> = {
  '/v1/readings': ['chargePointId=CP-1'],
  '/v1/signed-values': ['chargePointId=CP-1'],
  '/v1/estimates': ['chargePointId=CP-1'],
  '/v1/energy': RANGE,
  '/v1/aggregates': [...RANGE, 'measurand=SoC'],
  '/v1/completeness': RANGE,
  '/v1/charge-points/CP-1/completeness': RANGE,
};
const NAMES = [
  'chargePointId',
  'from',
  'to',
  'connectorId',
  'measurand',
  'phase',
  'context',
  'limit',
  'cursor',
  'reason',
  'site',
  'status',
  'page',
  'chargePointIds',
  'value',
  'unit',
  'interval',
  'timezone',
  'groupBy',
  'transactionId',
];
const ATTACKS = [
  "'; drop table readings; --",
  "' or '1'='1",
  '$1',
  '%00',
  '\u0000',
  '%',
  '%zz',
  '%c3%28',
  '-1',
  '1e9',
  '0x10',
  '9223372036854775808',
  'NaN',
  'null',
  '__proto__',
  '[object Object]',
  '2026-02-30',
  '0000-01-01',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59-23:59',
  '-271821-04-20',
  '\u{1f50c}'.repeat(300),
  'x'.repeat(5_000),
  Buffer.from('["readings",1,1,1,1,1]').toString('base64url'),
  Buffer.from('["readings",1e999,-1,99999,0,0]').toString('base64url'),
  Buffer.from('["readings",2147483647,253402300799999,32767,-62135596800000,253402300799999]').toString(
    'base64url',
  ),
  Buffer.from('["quarantine",253402300799999,9007199254740991]').toString('base64url'),
  Buffer.from('["quarantine",-62135596800001,1]').toString('base64url'),
  Buffer.from('["conflicts",-62135596800000,9007199254740991]').toString('base64url'),
  Buffer.from('["conflicts",0,9007199254740992]').toString('base64url'),
  Buffer.from('["conflict-counts","A","\\u0000"]').toString('base64url'),
  Buffer.from('["energy","none",-62135596800000]').toString('base64url'),
  Buffer.from('["energy","connector","A",-1,1,0]').toString('base64url'),
  Buffer.from('["aggregates","none","\\u0000","","",0]').toString('base64url'),
  Buffer.from('["transactions",null,9007199254740991]').toString('base64url'),
  Buffer.from('["transactions",-62135596800000,1]').toString('base64url'),
  Buffer.from('["charge-points","\\u0000"]').toString('base64url'),
  Buffer.from('["latest",0,0,"","","",""]').toString('base64url'),
  '9007199254740991.9999999999',
  '0.0',
  '1.',
  Buffer.from('['.repeat(1_500)).toString('base64url'),
];

describe('hostile requests', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let api: RunningApi;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const seed = new Seed(client);
    const seriesId = await seed.series({ chargePointId: 'CP-1' });
    await seed.readings([{ seriesId, timestamp: '2026-03-01T00:00:00Z', value: 1 }]);
    api = await startApi({ databaseUrl: database.url });
  });

  afterAll(async () => {
    await api.stop();
    await client.end();
    await database.drop();
  });

  /** Clear answers only: what was asked for, or a problem that says why not. */
  async function expectClearAnswer(path: string): Promise<void> {
    const { status, headers, body } = await api.get(path);
    expect([200, 400, 404, 410, 422], path).toContain(status);
    if (status === 200) return;
    expect(headers.get('content-type'), path).toBe('application/problem+json; charset=utf-8');
    expect(body, path).toMatchObject({
      status,
      title: expect.any(String) as string,
      detail: expect.any(String) as string,
    });
    expect(JSON.stringify(body)).not.toMatch(/at .*\.[jt]s:|node_modules|syntax error|select /);
  }

  it.each(ROUTES)('no combination of parameters makes %s fail', async (route) => {
    const name = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...NAMES) }, fc.string({ maxLength: 20 }));
    const value = fc.oneof(
      fc.constantFrom(...ATTACKS),
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.date().map(String),
      fc.integer().map(String),
    );
    const parameter = fc
      .tuple(name, value, fc.boolean())
      .map(([key, text, raw]) => (raw ? `${key}=${text}` : `${encode(key)}=${encode(text)}`));
    const query = fc
      .tuple(fc.boolean(), fc.array(parameter, { maxLength: 4 }))
      .map(([valid, list]) => [...(valid ? ['chargePointId=CP-1'] : []), ...list].join('&'));
    await fc.assert(
      fc.asyncProperty(query, (text) => expectClearAnswer(`${route}?${text.replaceAll('#', '%23')}`)),
      { numRuns: 150 },
    );
  });

  it.each(NAMES)('no single attack by %s makes a route fail', async (name) => {
    for (const attack of ATTACKS) {
      for (const route of ROUTES) {
        const required = (REQUIRED[route] ?? []).filter((each) => !each.startsWith(`${name}=`));
        await expectClearAnswer(`${route}?${[...required, `${name}=${encode(attack)}`].join('&')}`);
      }
    }
  });

  it('no attack makes an export fail', async () => {
    for (const route of ROUTES) {
      for (const name of ['from', 'chargePointId', 'cursor', 'limit']) {
        for (const attack of ATTACKS) {
          const path = `${route}?chargePointId=CP-1&${name}=${encode(attack)}`;
          const { status } = await fetch(`${api.url}${path}`, { headers: { accept: 'text/csv' } });
          expect([200, 400, 404, 406, 410], path).toContain(status);
        }
      }
    }
  });

  it.each(ATTACKS)('no path makes a route fail: %#', async (attack) => {
    await expectClearAnswer(`/v1/charge-points/${encode(attack)}`);
    await expectClearAnswer(`/v1/charge-points/${encode(attack)}/latest`);
    await expectClearAnswer(`/v1/quarantine/${encode(attack)}`);
  });

  it.each([
    ['/v1/readings', 'chargePointId', 'required'],
    ['/v1/readings?chargePointId=', 'chargePointId', 'expected a text of 1 to 255'],
    ['/v1/readings?chargePointId=A%00', 'chargePointId', 'without control characters'],
    ['/v1/readings?chargePointId[]=A', 'chargePointId[]', 'unknown; known are chargePointId, from'],
    ['/v1/readings?chargePointId=A&chargepointid=B', 'chargepointid', 'unknown'],
    ['/v1/readings?chargePointId=A&limit=1&limit=2', 'limit', 'given 2 times, expected once'],
    ['/v1/readings?chargePointId=A&limit=0', 'limit', 'whole number from 1 to 1000'],
    ['/v1/readings?chargePointId=A&limit=1001', 'limit', 'whole number from 1 to 1000'],
    ['/v1/readings?chargePointId=A&connectorId=-1', 'connectorId', 'whole number'],
    ['/v1/readings?chargePointId=A&from=2026-03-01T10:00:00+02:00', 'from', '%2B'],
    ['/v1/readings?chargePointId=A&from=2026-02-30', 'from', 'ISO 8601'],
    ['/v1/readings?chargePointId=A&from=2026-03-02&to=2026-03-02', 'from', 'before to'],
    ['/v1/readings?chargePointId=A&cursor=abc', 'cursor', 'not a cursor of this list'],
    ['/v1/quarantine?reason=nonsense', 'reason', 'expected one of invalid_json'],
    ['/v1/stats?verbose', 'verbose', 'no parameters'],
    [`/v1/charge-points/${'x'.repeat(256)}`, 'id', 'expected a text of 1 to 255'],
  ])('%s is refused, naming %s', async (path, parameter, message) => {
    const { status, body } = await api.get(path);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      type: 'urn:meterpulse:problem:invalid-parameters',
      errors: [{ parameter, message: expect.stringContaining(message) as string }],
    });
  });

  it('refuses what is not percent-encoded, in the query and in the path', async () => {
    for (const path of ['/v1/charge-points?site=%zz', '/v1/charge-points/%c3%28', '/v1/readings?%=1']) {
      const { status, body } = await api.get(path);
      expect({ status, type: body['type'] }).toEqual({
        status: 400,
        type: 'urn:meterpulse:problem:malformed-request',
      });
    }
  });

  it('refuses a range of more days than a read may open', async () => {
    const seed = new Seed(client);
    const seriesId = await seed.series({ chargePointId: 'Old' });
    await seed.readings([
      { seriesId, timestamp: '2020-01-01T00:00:00Z', value: 1 },
      { seriesId, timestamp: '2026-01-01T00:00:00Z', value: 2 },
    ]);
    const { status, body } = await api.get('/v1/readings?chargePointId=Old&from=2019-01-01');
    expect(status).toBe(400);
    expect(body['detail']).toContain('at most 400');
    const recent = await api.get('/v1/readings?chargePointId=Old');
    expect(recent.body['items']).toMatchObject([{ value: 2 }]);
    const old = await api.get('/v1/readings?chargePointId=Old&to=2020-06-01');
    expect(old.body['items']).toMatchObject([{ value: 1 }]);
  });

  it.each([
    ['not HTTP at all', 'hello\r\n\r\n', '400'],
    ['endless headers', `GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, '431'],
    ['an endless path', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, '431'],
    ['an unusual method', 'PROPFIND /v1/stats HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', '405'],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', '404'],
    ['a double slash', 'GET //v1/stats HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', '404'],
    ['a dotted path', 'GET /v1/../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', '404'],
  ])('%s gets a problem too', async (_, bytes, status) => {
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(api.port, '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain('application/problem+json');
  });

  it('still has every row after all of this', async () => {
    const { rows } = await client.query<{ count: string }>('select count(*) from readings');
    expect(Number(rows[0]?.count)).toBe(3);
  });
});

/** As encodeURIComponent, which throws on lone surrogates. */
function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '?'));
}
