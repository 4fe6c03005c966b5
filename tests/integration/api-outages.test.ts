import http from 'node:http';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startApi, type ApiSettings, type RunningApi } from '../harness/api.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { startTcpProxy } from '../harness/tcp-proxy.js';
import { eventually } from '../harness/eventually.js';

const ROUTES = [
  '/v1/stats',
  '/v1/fleet',
  '/v1/charge-points',
  '/v1/charge-points/A',
  '/v1/charge-points/A/latest',
  '/v1/readings?chargePointId=A',
  '/v1/connections',
  '/v1/connections/summary',
  '/v1/charge-points/A/connection',
  '/v1/charge-points/A/commands',
  '/v1/energy?from=2026-03-01&to=2026-03-02',
  '/v1/energy?from=2026-03-01&to=2026-03-02&groupBy=transaction',
  '/v1/aggregates?from=2026-03-01&to=2026-03-02&measurand=SoC',
  '/v1/completeness?from=2026-03-01&to=2026-03-02',
  '/v1/charge-points/A/completeness?from=2026-03-01&to=2026-03-02',
  '/v1/transactions',
  '/v1/quarantine',
  '/v1/quarantine/reasons',
  '/v1/quarantine/1',
  '/v1/signed-values?chargePointId=A',
  '/v1/conflicts',
  '/chargers/all',
  '/chargers/record?value=1',
  '/v1/conflicts/counts',
  '/v1/findings',
  '/v1/findings/counts',
];

describe('the API in trouble', () => {
  let database: TestDatabase;
  let client: pg.Client;
  const running: RunningApi[] = [];

  beforeEach(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((api) => api.stop()));
    await client.end();
    await database.drop();
  });

  async function start(settings: Partial<ApiSettings> = {}): Promise<RunningApi> {
    const api = await startApi({ databaseUrl: database.url, ...settings });
    running.push(api);
    return api;
  }

  /** Holds every read of the books up until it is released. */
  async function blockStats(): Promise<() => Promise<void>> {
    // On a connection of its own: inside a transaction pg_stat_activity would not change.
    const blocker = new pg.Client({ connectionString: database.url });
    await blocker.connect();
    await blocker.query('begin; lock table consumer_positions in access exclusive mode');
    return () => blocker.end();
  }

  async function waitUntilBlocked(): Promise<void> {
    await vi.waitFor(
      async () => {
        const { rows } = await client.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        expect(rows).toHaveLength(1);
      },
      { timeout: 30_000, interval: 20 },
    );
  }

  it('answers 503 with Retry-After while the database is away, and says nothing of where it is', async () => {
    const target = new URL(database.url);
    const proxy = await startTcpProxy({ targetPort: Number(target.port), targetHost: target.hostname });
    const through = new URL(database.url);
    through.hostname = '127.0.0.1';
    through.port = String(proxy.port);
    const logged: string[] = [];
    const api = await start({ databaseUrl: through.href, onLog: (line) => logged.push(line) });
    expect((await api.get('/v1/stats')).status).toBe(200);
    const { port } = proxy;
    await proxy.close();

    for (const route of ROUTES) {
      const { status, headers, body } = await api.get(route);
      expect({ route, status }).toEqual({ route, status: 503 });
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(body).toMatchObject({ type: 'urn:meterpulse:problem:database-unavailable' });
      expect(JSON.stringify(body)).not.toMatch(new RegExp(`ECONN|${port}`));
    }
    const exported = await api.get('/v1/readings?chargePointId=A', { headers: { accept: 'text/csv' } });
    expect(exported.body).toMatchObject({ type: 'urn:meterpulse:problem:database-unavailable' });
    const health = await api.get('/health');
    expect({ status: health.status, body: health.body }).toEqual({
      status: 503,
      body: { status: 'unavailable', database: 'unavailable' },
    });
    expect(logged.some((line) => line.includes('DATABASE_UNAVAILABLE'))).toBe(true);
    const id = String((await api.get('/v1/stats')).headers.get('x-request-id'));
    expect(logged.some((line) => line.includes(id) && line.includes('"level":50'))).toBe(true);
  });

  it('recovers when connections are killed under it', async () => {
    const api = await start();
    expect((await api.get('/v1/stats')).status).toBe(200);
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await eventually(async () => expect((await api.get('/v1/stats')).status).toBe(200));
  });

  it('answers 503 before the schema is made', async () => {
    const empty = await createTestDatabase();
    const api = await start({ databaseUrl: empty.url });
    expect((await api.get('/v1/stats')).status).toBe(503);
    await api.stop();
    await empty.drop();
  });

  it('cancels a query that takes too long and says what to do', async () => {
    const api = await start({ statementTimeoutMs: 500 });
    const release = await blockStats();
    const { status, body } = await api.get('/v1/stats');
    await release();
    expect({ status, type: body['type'] }).toEqual({
      status: 504,
      type: 'urn:meterpulse:problem:query-timeout',
    });
    expect(body['detail']).toContain('shorter time range');
    await eventually(async () => expect((await api.get('/v1/stats')).status).toBe(200));
  });

  it('can only read', async () => {
    const api = await start();
    await client.query(`create function sneak() returns text language plpgsql as
      $$ begin insert into real_charge_points (id) values ('sneaked'); return 'x'; end $$`);
    await client.query('alter table charge_points rename to real_charge_points');
    await client.query("insert into real_charge_points (id) values ('A')");
    await client.query(
      'create view charge_points as select id, sneak() as label, site, status, created_at, updated_at, version from real_charge_points',
    );
    expect((await api.get('/v1/charge-points')).status).toBe(500);
    const { rows } = await client.query('select id from real_charge_points');
    expect(rows).toEqual([{ id: 'A' }]);
  });

  it('tells nothing of a bug to the outside, and everything to the log under the request id', async () => {
    const logged: string[] = [];
    const api = await start({ onLog: (line) => logged.push(line) });
    await client.query('alter table charge_points rename column label to lable');
    const { status, headers, body } = await api.get('/v1/charge-points');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toMatch(/label|column|select/);
    const id = String(headers.get('x-request-id'));
    const line = logged.find((text) => text.includes(id) && text.includes('"err"'));
    expect(line).toContain('column');
  });

  it('finishes a slow request when it is stopped, and takes no new ones', async () => {
    const api = await start();
    const agent = new http.Agent({ keepAlive: true });
    await getWith(agent, `${api.url}/health`);
    const release = await blockStats();
    const slow = getWith(agent, `${api.url}/v1/stats`);
    await waitUntilBlocked();
    const stopped = api.stop();
    await eventually(() => expect(fetch(`${api.url}/health`)).rejects.toThrow());
    await release();
    expect(await slow).toEqual({ status: 200, connection: 'close' });
    await stopped;
    agent.destroy();
  });

  it('stops in bounded time although a request hangs', async () => {
    const api = await start({ stopTimeoutMs: 100, statementTimeoutMs: 60_000 });
    const release = await blockStats();
    const hanging = api.get('/v1/stats').catch((error: unknown) => error);
    await waitUntilBlocked();
    const stopped = api.stop();
    expect(await hanging).toBeInstanceOf(Error);
    await release();
    await stopped;
  });

  it('stops at once although clients keep idle connections', async () => {
    const api = await start({ stopTimeoutMs: 60_000 });
    const agent = new http.Agent({ keepAlive: true });
    await getWith(agent, `${api.url}/health`);
    await api.stop();
    agent.destroy();
  });

  it('names the variable when its port is taken', async () => {
    const api = await start();
    await expect(startApi({ databaseUrl: database.url, port: api.port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      remedy: expect.stringContaining('API_PORT') as string,
    });
  });
});

function getWith(
  agent: http.Agent,
  url: string,
): Promise<{ status: number; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent }, (response) => {
        response.resume();
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, connection: response.headers.connection }),
        );
      })
      .on('error', reject);
  });
}
