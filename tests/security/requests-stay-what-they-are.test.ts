import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ChargePointPasswords } from '../../server/access/charge-point-passwords.js';
import { newChargePointPassword, SecretHash } from '../../server/access/secrets.js';
import { startApi } from '../harness/api.js';
import { ingest, meterValues, startGateway, TestClient } from '../harness/gateway.js';
import { startLive } from '../harness/live.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { askRaw, request } from './harness/ask-raw.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ migrated: true });
});
afterAll(() => database.drop());

async function startRunningApi() {
  const api = await startApi({ databaseUrl: database.url });
  onTestFinished(() => api.stop());
  return api;
}

const SERVERS: readonly [string, () => Promise<{ readonly port: number }>][] = [
  ['the API', startRunningApi],
  ['the gateway', () => startGateway()],
  ['the live feed', () => startLive(database.url)],
];

describe('a path', () => {
  const OUT = [
    '/../../../../etc/passwd',
    '/assets/../../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..%5c..%5cpackage.json',
    '/assets/%252e%252e%252fpackage.json',
    '/assets//etc/passwd',
    '/assets/%00/../../package.json',
    '/docs/../../../package.json',
    '/docs/..%2f..%2f..%2fpackage.json',
    '/docs/%2e%2e/package.json',
    '/ocpp/../../etc/passwd',
    '/ocpp/..%2f..%2fetc%2fpasswd',
    '/live/../../../etc/passwd',
    'http://169.254.169.254/latest/meta-data/',
    'file:///etc/passwd',
    '//evil.example/x',
    '\\..\\..\\etc\\passwd',
  ];

  it.each(SERVERS)('leads nowhere but to what a server serves: %s', async (_, start) => {
    const { port } = await start();
    for (const path of OUT) {
      const { status, body, headers } = await askRaw(port, request(`GET ${path}`));
      expect(status, path).toBeGreaterThanOrEqual(400);
      expect(status, path).toBeLessThan(500);
      expect(body, path).not.toMatch(/root:|"devDependencies"/);
      expect(headers, path).not.toHaveProperty('location');
    }
  });
});

describe('a line break', () => {
  const BREAK = ['%0d%0a', '%0a', '%0d', '%E5%98%8D%E5%98%8A', '%u000d%u000a', '\\r\\n', '%C4%8D%C4%8A'];
  const INJECTED = `${BREAK.join('X-Injected:%20yes')}X-Injected:%20yes`;

  it.each(SERVERS)('in path, query or header becomes no header of the answer: %s', async (_, start) => {
    const { port } = await start();
    const decoded = 'x\u010d\u010aX-Injected: yes';
    for (const text of [
      request(`GET /v1/charge-points/${INJECTED}`),
      request(`GET /ocpp/${INJECTED}`),
      request(`GET /docs/?x=${INJECTED}`),
      request(`GET /live?x=${INJECTED}`),
      request('GET /v1/stats', [`X-Request-Id: ${INJECTED}`]),
      request('GET /v1/stats', [`X-Request-Id: ${decoded}`]),
      request('GET /', [`Host: a${INJECTED}`]),
      request('GET /dashboard.json', [`X-Forwarded-Host: evil.example`]),
      request('GET /live', [
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Protocol: ${INJECTED}`,
      ]),
      request('GET /ocpp/CP-1', [
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Key: ${decoded}`,
      ]),
      request('GET /v1/stats', ['X-A: b\r\n\tX-Injected: yes']),
    ]) {
      const answer = await askRaw(port, text);
      expect(answer.headers, text).not.toHaveProperty('x-injected');
      expect(answer.text.split('\r\n\r\n')[0], text).not.toMatch(/X-Injected|evil\.example/i);
    }
  });

  it('in an id leads to no Location that was split', async () => {
    const { port } = await startRunningApi();
    const create = (id: string) =>
      askRaw(
        port,
        request(
          'POST /v1/charge-points',
          [
            'Content-Type: application/json',
            `Content-Length: ${Buffer.byteLength(JSON.stringify({ id }), 'latin1')}`,
          ],
          JSON.stringify({ id }),
        ),
      );
    expect((await create('A\r\nX-Injected: yes')).status).toBe(400);
    const odd = await create('A"<>%0d%0aX-Injected: yes');
    expect(odd.status).toBe(201);
    expect(odd.headers).not.toHaveProperty('x-injected');
  });
});

describe('a message', () => {
  const POLLUTION = ['__proto__', 'constructor'].map(
    (name) => `"${name}":{"polluted":true,"prototype":{"polluted":true}}`,
  );
  /** The JSON of a value with `more` at the beginning of each object in it. */
  const withEverywhere = (value: unknown, more: string): string =>
    JSON.stringify(value).replaceAll('{', `{${more},`);

  it.each(POLLUTION)('of a charge point or a sender changes no prototype: %s', async (more) => {
    const { url, log } = await startGateway();
    log.release('confirm');
    const sender = await TestClient.open(`${url}/ingest`);
    sender.send(withEverywhere(ingest('m1'), more));
    await expect.poll(() => sender.received.length).toBe(1);
    const charger = await TestClient.open(`${url}/ocpp/CP-1`, 'ocpp1.6');
    charger.send(withEverywhere([2, '1', 'MeterValues', meterValues()], more));
    await expect.poll(() => charger.received.length).toBe(1);
    expect({}).not.toHaveProperty('polluted');
  });

  it.each(POLLUTION)('of a subscriber changes no prototype: %s', async (more) => {
    const { url } = await startLive(database.url);
    const client = await TestClient.open(url);
    client.send(withEverywhere({ type: 'SUBSCRIBE', id: 's1', filter: { sites: ['north'] } }, more));
    await expect.poll(() => client.received.length).toBeGreaterThan(0);
    expect({}).not.toHaveProperty('polluted');
  });

  it('of a subscriber may use names that every object has as its id', async () => {
    const { url } = await startLive(database.url);
    const client = await TestClient.open(url);
    for (const id of ['__proto__', 'constructor', 'toString']) client.send({ type: 'UNSUBSCRIBE', id });
    await expect.poll(() => client.received.length).toBeGreaterThan(0);
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('an id that looks like another one', () => {
  const CYRILLIC = '\u0421\u0420-1';

  it('is another charge point, and its password none of the first', async () => {
    const hash = new SecretHash(Buffer.alloc(32, 7));
    const password = newChargePointPassword();
    const passwords = new ChargePointPasswords({
      find: (ids) =>
        Promise.resolve(new Map(ids.map((id) => [id, [hash.ofPassword('CP-1', Buffer.from(password))]]))),
      hash,
    });
    const basic = (id: string) => `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}`;
    expect(await passwords.isItself('CP-1', basic('CP-1'))).toBe(true);
    for (const twin of [CYRILLIC, 'cp-1', 'CP-1 ', 'CP\u20111']) {
      expect(await passwords.isItself(twin, basic(twin)), twin).toBe(false);
      expect(await passwords.isItself('CP-1', basic(twin)), twin).toBe(false);
      expect(await passwords.isItself(twin, basic('CP-1')), twin).toBe(false);
    }
  });

  it('is not let in when it differs by what nobody sees', async () => {
    const { url } = await startGateway();
    for (const id of ['CP%E2%80%8B-1', '%EF%BB%BFCP-1', 'CP-1%E2%80%AE', 'CP-%E2%84%AA']) {
      await expect(TestClient.open(`${url}/ocpp/${id}`, 'ocpp1.6'), id).rejects.toThrow('HTTP 400');
    }
  });

  it('is not let in as a stranger where strangers are refused, however much it looks like one that is known', async () => {
    const { url } = await startGateway(
      {},
      { directory: { isKnown: (id) => Promise.resolve(id === 'CP-1') } },
    );
    await TestClient.open(`${url}/ocpp/CP-1`, 'ocpp1.6');
    for (const twin of [CYRILLIC, 'cp-1', 'CP\u20111', 'CP-l', 'CP-1 ']) {
      const path = `${url}/ocpp/${encodeURIComponent(twin)}`;
      await expect(TestClient.open(path, 'ocpp1.6'), twin).rejects.toThrow('HTTP 404');
    }
  });
});
