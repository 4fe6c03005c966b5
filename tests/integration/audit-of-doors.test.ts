import pg from 'pg';
import pino from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Access, Principal } from '../../server/access/access.js';
import { documentedRoutes } from '../../server/api/documented-routes.js';
import { AuditTrail } from '../../server/audit/audit-trail.js';
import { insertAudit } from '../../store/audit/insert-audit.js';
import { createPool, type Pool } from '../../store/pool.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { auditOf, type AuditedRow } from '../harness/audit.js';
import { RawClient, startGateway } from '../harness/gateway.js';
import { startLive } from '../harness/live.js';
import { LiveTestClient } from '../harness/live-client.js';
import { meterpulse } from '../harness/meterpulse.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { principalOf } from '../harness/principal-of.js';
import { Seed } from '../harness/seed.js';

const RAW =
  '{"connectorId":1,"meterValue":[{"timestamp":"2026-03-01T00:00:00Z","sampledValue":[{"value":"1"}]}]}';
const KEY_ID = 'abcdefghijkm';
const PRINCIPALS: Readonly<Record<string, Principal>> = {
  'Bearer all': { ...principalOf(), name: `ops (${KEY_ID})`, by: 'key' },
  'Bearer north': { ...principalOf({ sites: ['north'] }), name: 'ada', by: 'token' },
  'Bearer reads': { ...principalOf({ scopes: ['readings:read'] }), name: 'grafana', by: 'key' },
};
const access: Access = {
  identify: ({ headers, onUnknown }) => {
    const principal = PRINCIPALS[String(headers['authorization'])];
    if (principal === undefined) onUnknown?.({ why: 'its key is revoked', keyId: KEY_ID });
    return Promise.resolve(principal ?? null);
  },
};

describe('what the doors tell the audit', () => {
  let database: TestDatabase;
  let pool: Pool;
  let api: RunningApi;
  let trail: AuditTrail;
  let seen = 0;
  const stop = new AbortController();
  let running: Promise<void>;
  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    pool = createPool({ url: database.url, max: 4, applicationName: 'test' });
    trail = new AuditTrail({
      write: (entries) => insertAudit(pool, entries),
      source: 'api',
      logger: pino({ level: 'silent' }),
      registry: new Registry(),
      windowMs: 0,
    });
    running = trail.run(stop.signal);
    api = await startApi({ databaseUrl: database.url, access, audit: trail });
  });
  afterAll(async () => {
    await api.stop();
    stop.abort();
    await running;
    await pool.end();
    await database.drop();
  });
  beforeEach(async () => {
    seen = (await auditOf(database.url)).length;
  });

  /** Entries of this test, once there are so many. */
  async function entries(count: number): Promise<readonly AuditedRow[]> {
    let rows: readonly AuditedRow[] = [];
    await expect
      .poll(async () => (rows = (await auditOf(database.url)).slice(seen)).length, { timeout: 20_000 })
      .toBe(count);
    return rows;
  }

  function ask(
    as: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) {
    return api.get(path, {
      method,
      headers: {
        authorization: `Bearer ${as}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  it('has each change of the registry, with who made it and the version that it made', async () => {
    const requestId = { 'x-request-id': 'req-1' };
    await ask(
      'all',
      'POST',
      '/v1/charge-points',
      { id: 'CP-1', site: 'north', label: 'Mrs Jones' },
      requestId,
    );
    await ask('north', 'PATCH', '/v1/charge-points/CP-1', { status: 'held' });
    await ask('all', 'PUT', '/v1/charge-points/CP-1', { label: '', site: 'south', status: 'active' });
    await ask('all', 'PUT', '/v1/charge-points/CP-2', { label: '', site: 'south', status: 'active' });
    await ask('all', 'DELETE', '/v1/charge-points/CP-1');
    const csv = 'id,site\r\nCP-3,north\r\n';
    await ask('all', 'POST', '/v1/charge-points/import', csv, { 'content-type': 'text/csv' });
    const rows = await entries(6);
    expect(rows.map(({ action, actor, subject }) => [action, actor, subject])).toEqual([
      ['charge-point.create', `ops (${KEY_ID})`, 'CP-1'],
      ['charge-point.change', 'ada', 'CP-1'],
      ['charge-point.change', `ops (${KEY_ID})`, 'CP-1'],
      ['charge-point.create', `ops (${KEY_ID})`, 'CP-2'],
      ['charge-point.retire', `ops (${KEY_ID})`, 'CP-1'],
      ['charge-point.import', `ops (${KEY_ID})`, null],
    ]);
    expect(rows[0]).toMatchObject({
      ...{ outcome: 'done', kind: 'key', address: '127.0.0.1', source: 'api', requestId: 'req-1' },
      detail: { site: 'north', version: 1 },
    });
    expect(rows[1]).toMatchObject({ kind: 'token', detail: { status: 'held', version: 2 } });
    expect(rows[5]).toMatchObject({ detail: { created: 1, updated: 0 } });
    expect(JSON.stringify(rows)).not.toContain('Mrs Jones');
  });

  it('has no entry of what was only looked at, or only tried', async () => {
    await ask('all', 'GET', '/v1/stats');
    await ask('all', 'GET', '/v1/charge-points/nobody');
    const csv = 'id,site\r\nCP-9,north\r\n';
    await ask('all', 'POST', '/v1/charge-points/import?dryRun=true', csv, { 'content-type': 'text/csv' });
    await ask('all', 'POST', '/v1/charge-points', { id: 'CP-7' });
    expect((await entries(1))[0]).toMatchObject({ subject: 'CP-7' });
  });

  it('has each refusal: nobody known, the scope, the site, and changes that could not be', async () => {
    await ask('nobody', 'GET', '/v1/stats');
    await ask('reads', 'DELETE', '/v1/charge-points/CP-2');
    await ask('north', 'POST', '/v1/charge-points', { id: 'CP-8', site: 'south' });
    await ask('all', 'POST', '/v1/charge-points', { id: 'CP-2' });
    await ask('all', 'PATCH', '/v1/charge-points/nobody', { label: 'x' });
    const rows = await entries(5);
    expect(rows.map(({ actor, kind, subject, detail }) => [actor, kind, subject, detail['reason']])).toEqual([
      [KEY_ID, 'nobody', 'GET /v1/stats', 'unauthorized: its key is revoked'],
      ['grafana', 'key', 'DELETE /v1/charge-points/CP-2', 'forbidden'],
      ['ada', 'token', 'POST /v1/charge-points', 'forbidden'],
      [`ops (${KEY_ID})`, 'key', 'POST /v1/charge-points', 'charge-point-exists'],
      [`ops (${KEY_ID})`, 'key', 'PATCH /v1/charge-points/nobody', 'not-found'],
    ]);
    for (const row of rows) expect(row).toMatchObject({ action: 'request', outcome: 'refused' });
  });

  const changing = documentedRoutes().filter(({ method }) => method !== 'get');
  it.each(changing.map((route) => [route.method, route.path] as const))(
    'is told when nobody known asks for a change: %s %s',
    async (method, path) => {
      const asked = path.replaceAll(/:\w+/g, '1');
      await ask('nobody', method.toUpperCase(), asked, {});
      const subject = `${method.toUpperCase()} ${asked}`;
      expect(await entries(1)).toMatchObject([{ action: 'request', outcome: 'refused', subject }]);
    },
  );

  it('has each export, with what was asked for and how many rows it had', async () => {
    const answer = await fetch(`${api.url}/v1/charge-points?status=all&site=south`, {
      headers: { authorization: 'Bearer all', accept: 'text/csv' },
    });
    await answer.text();
    expect(await entries(1)).toMatchObject([
      {
        ...{ action: 'export', outcome: 'done', actor: `ops (${KEY_ID})`, subject: '/v1/charge-points' },
        detail: { format: 'csv', query: 'status=all&site=south' },
      },
    ]);
  });

  it('has each ticket that is given out, and never the ticket', async () => {
    const { body } = await ask('reads', 'POST', '/v1/tickets', {});
    const rows = await entries(1);
    expect(rows).toMatchObject([
      { action: 'ticket.issue', outcome: 'done', actor: 'grafana', address: '127.0.0.1', subject: null },
    ]);
    expect(JSON.stringify(rows)).not.toContain(String(body['ticket']).slice(3));
  });

  it('has parts that are sent again before they are', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const kept = { offset: 1, reason: 'unknown_charge_point', chargePointId: 'CP-2', raw: RAW };
    const id = await new Seed(client).quarantine({ ...kept, rawKind: 'meterValues' });
    await client.end();
    await ask('all', 'POST', `/v1/quarantine/${id}/redrive`, {});
    expect(await entries(1)).toMatchObject([
      { action: 'quarantine.redrive', outcome: 'begun', subject: String(id), detail: { ids: [id] } },
    ]);
  });

  it('has who is refused by the live feed, and what', async () => {
    const live = await startLive(database.url, {}, { access, audit: trail });
    await expect(LiveTestClient.open(live.url)).rejects.toThrow('HTTP 401');
    const client = await LiveTestClient.open(live.url, { headers: { authorization: 'Bearer north' } });
    client.send({ type: 'SUBSCRIBE', id: 's', filter: { kinds: ['fleet'] } });
    const rows = await entries(2);
    expect(rows).toMatchObject([
      { action: 'connect.live', actor: KEY_ID, kind: 'nobody', address: '127.0.0.1', source: 'live' },
      { action: 'subscribe', actor: 'ada', kind: 'token', source: 'live', outcome: 'refused' },
    ]);
  });

  it('has charge points that a gateway refuses: some rows of a storm, and all of them counted', async () => {
    const { port } = await startGateway(
      {},
      { identity: { isItself: () => Promise.resolve(false) }, audit: trail },
    );
    const clients = Array.from({ length: 200 }, (_, n) =>
      new RawClient(port).upgrade(`/ocpp/CP-${n % 100}`, 'Sec-WebSocket-Protocol: ocpp1.6'),
    );
    const counted = async (): Promise<number> =>
      (await auditOf(database.url)).slice(seen).reduce((sum, { count }) => sum + count, 0);
    await expect.poll(counted, { timeout: 20_000 }).toBe(200);
    const rows = (await auditOf(database.url)).slice(seen);
    expect(rows.length).toBeLessThan(200);
    expect(rows[0]).toMatchObject({
      ...{ action: 'connect.gateway', outcome: 'refused', subject: 'CP-0', source: 'gateway' },
      detail: { reason: 'unauthorised' },
    });
    for (const { socket } of clients) socket.destroy();
  });

  it('is printed and exported by the command line, and has what commands do', async () => {
    const environment = { DATABASE_URL: database.url, CREDENTIALS_KEY: 'ab'.repeat(32) };
    const made = await meterpulse(
      ['credentials', 'key', 'create', '--name', 'billing', '--scope', 'readings:read', '--json'],
      environment,
    );
    const { id, key } = JSON.parse(made.stdout) as { id: string; key: string };
    const listed = await meterpulse(['audit', '--action', 'key.*', '--json'], environment);
    expect(listed.stderr).toBe('');
    expect(JSON.parse(listed.stdout)).toMatchObject({
      items: [{ action: 'key.create', actorKind: 'operator', subject: id, source: 'command' }],
    });
    const [text, csv, none, wrong] = await Promise.all([
      meterpulse(['audit', '--subject', id], environment),
      meterpulse(['audit', '--since', '1h', '--format', 'csv'], environment),
      meterpulse(['audit', '--subject', 'nobody at all'], environment),
      meterpulse(['audit', '--from', 'yesterday'], environment),
    ]);
    expect(text.stdout).toMatch(/^\S+Z key\.create done {2}by \S+ \(operator\) {2}from \S+ {2}to /);
    expect(csv.stdout.split('\r\n')[0]).toBe(
      'at,until,count,action,outcome,actor,actorKind,subject,address,source,requestId,databaseRole,detail',
    );
    expect(csv.stdout).toContain('charge-point.import');
    expect(none.stdout).toBe('There is no such entry.\n');
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr).toContain('Expected an ISO 8601 time');
    expect(`${text.stdout}${csv.stdout}${JSON.stringify(await auditOf(database.url))}`).not.toContain(key);
  });
});
