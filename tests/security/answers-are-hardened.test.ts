import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdminServer } from '../../server/observability/admin-server.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { startGateway } from '../harness/gateway.js';
import { startLive } from '../harness/live.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { askRaw, request, type RawAnswer } from './harness/ask-raw.js';

/** Nothing of it needs the database. */
const databaseUrl = 'postgres://127.0.0.1:1/nowhere';

function expectHardened({ headers, status }: RawAnswer, what: string): void {
  expect({ what, ...headers }).toMatchObject({
    what,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
  });
  const policy = headers['content-security-policy'] ?? '';
  expect(policy, what).toContain("default-src 'none'");
  expect(policy, what).toContain("frame-ancestors 'none'");
  expect(policy, what).not.toMatch(/unsafe-eval|script-src[^;]*(\*|unsafe|https?:|data:)/);
  for (const name of ['server', 'x-powered-by', 'access-control-allow-origin', 'set-cookie']) {
    expect(headers, `${what}: ${name}`).not.toHaveProperty(name);
  }
  if (status >= 400) expect(headers['cache-control'], what).toMatch(/^no-(store|cache)$/);
}

const REQUESTS: readonly [line: string, headers?: string[]][] = [
  ['GET /'],
  ['GET /docs'],
  ['GET /docs/start.js'],
  ['GET /openapi.json'],
  ['GET /dashboard.json'],
  ['GET /health'],
  ['GET /v1/stats'],
  ['GET /v1/readings'],
  ['POST /v1/stats'],
  ['OPTIONS /v1/stats'],
  ['GET /nothing'],
  ['GET /%zz'],
  ['GET /v1/charge-points', ['Accept: image/png']],
  ['GET /v1/charge-points', ['Accept: text/csv']],
  ['nonsense'],
  ['GET /v1/stats', [`X-Long: ${'x'.repeat(20_000)}`]],
  ['GET /live', ['Upgrade: websocket', 'Connection: Upgrade']],
  ['GET /ocpp/CP-1'],
  ['GET /health/live'],
  ['GET /metrics'],
];

describe('each answer of each server', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
  });
  afterAll(() => database.drop());

  it.each<[string, () => Promise<{ readonly port: number; stop?: () => Promise<void> }>]>([
    ['the API', () => startApi({ databaseUrl })],
    ['the live feed', () => startLive(database.url)],
    ['the gateway', () => startGateway()],
    ['the admin server', startAdmin],
  ])('says that nothing of it may be run, framed or sniffed: %s', async (_, start) => {
    const { port, stop } = await start();
    for (const [line, headers] of REQUESTS) expectHardened(await askRaw(port, request(line, headers)), line);
    await stop?.();
  });

  async function startAdmin() {
    const admin = new AdminServer({
      host: '127.0.0.1',
      port: 0,
      checks: {},
      metrics: () => Promise.resolve('up 1\n'),
      logger: pino({ level: 'silent' }),
    });
    const { port } = await admin.start();
    return { port, stop: () => admin.stop() };
  }
});

describe('pages of other origins', () => {
  const OURS = 'https://meters.example';
  let closed: RunningApi;
  let open: RunningApi;

  beforeAll(async () => {
    closed = await startApi({ databaseUrl });
    open = await startApi({ databaseUrl, corsOrigins: [OURS] });
  });
  afterAll(() => Promise.all([closed.stop(), open.stop()]));

  const ask = (api: RunningApi, origin: string, method = 'GET') =>
    askRaw(
      api.port,
      request(`${method} /v1/stats`, [
        `Origin: ${origin}`,
        ...(method === 'OPTIONS'
          ? ['Access-Control-Request-Method: GET', 'Access-Control-Request-Headers: authorization']
          : []),
      ]),
    );

  it('are let read nothing, and are told nothing of methods, as long as nobody allows it', async () => {
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await ask(closed, OURS, method);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  it('may ask when their origin is listed, by a preflight too, and without cookies', async () => {
    const { headers } = await ask(open, OURS);
    expect(headers['access-control-allow-origin']).toBe(OURS);
    expect(headers['access-control-expose-headers']).toContain('ETag');
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
    expect(headers['vary']).toContain('Origin');
    const preflight = await ask(open, OURS, 'OPTIONS');
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': OURS,
      'access-control-allow-headers': expect.stringContaining('Authorization') as string,
      'access-control-max-age': '600',
    });
  });

  it.each([
    'https://meters.example.evil',
    'https://evil.meters.example',
    'http://meters.example',
    'https://meters.example:444',
    'HTTPS://METERS.EXAMPLE',
    'https://meters.example/',
    'null',
    '',
  ])('may not when theirs is another one: %s', async (origin) => {
    const { headers } = await ask(open, origin);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(headers['vary']).toContain('Origin');
  });
});
