import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Access } from '../../server/access/access.js';
import { documentedRoutes } from '../../server/api/documented-routes.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { principalOf } from '../harness/principal-of.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { seedSampleData } from '../harness/sample-data.js';

const SITE_OF: Readonly<Record<string, string>> = { 'CP-1': 'north', 'CP-2': 'south' };
const SITES = Object.values(SITE_OF);
/** The feed has tests of its own; a session tells who one is. */
const WITHOUT_ROWS = new Set(['/v1/changes', '/v1/session']);
const TYPES = ['application/json', 'text/csv', 'application/x-ndjson'] as const;
const ISO_TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const BEGAN_MS = Date.now() - 1;

/** Without what differs from one database to the next: when its rows were made, the head of its feed, a request's own id. */
function comparable(text: string): string {
  return text
    .replaceAll(ISO_TIME, (time) => (Date.parse(time) < BEGAN_MS ? time : 'now'))
    .replaceAll(/"(changeId|instance)":"[^"]*"/g, '');
}

/** `Bearer north south`: who may see these sites; `Bearer *`: all. */
const access: Access = {
  identify: ({ headers }) => {
    const [, named = ''] = /^Bearer (.*)$/.exec(String(headers['authorization'])) ?? [];
    return Promise.resolve(principalOf({ sites: named === '*' ? null : named.split(' ').filter(Boolean) }));
  },
};

interface Place {
  readonly database: TestDatabase;
  readonly client: pg.Client;
  readonly api: RunningApi;
}

/** The sample data, of the charge points of one site alone, or of all. */
async function start(site: string | null): Promise<Place> {
  const database = await createTestDatabase({ migrated: true });
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await seedSampleData(client);
  await client.query(
    `insert into connections (charge_point_id, gateway_id, session, revision, protocol, gateway_host, gateway_pid, remote_address,
       connected_at, disconnected_at)
     select 'CP-1', gateway_id, 2, 2, 'ocpp2.0.1', gateway_host, gateway_pid, '10.4.0.18', connected_at, disconnected_at
     from connections where charge_point_id = 'CP-2'`,
  );
  for (const [id, each] of Object.entries(SITE_OF)) {
    await client.query('update charge_points set site = $2 where id = $1', [id, each]);
    if (site !== null && site !== each) await forget(client, id);
  }
  if (site !== null) await client.query('delete from quarantine where charge_point_id is null');
  return { database, client, api: await startApi({ databaseUrl: database.url, access }) };
}

async function forget(client: pg.Client, id: string): Promise<void> {
  const ofSeries = `series_id in (select id from series where charge_point_id = '${id}')`;
  const tables = ['readings', 'latest_readings', 'reading_conflicts', 'rollup_15m', 'rollup_1h', 'rollup_1d'];
  for (const table of [...tables, 'transaction_slices', 'findings', 'edits', 'estimates'])
    await client.query(`delete from ${table} where ${ofSeries}`);
  for (const table of ['signed_values', 'quarantine', 'connections', 'commands', 'series', 'transactions']) {
    await client.query(`delete from ${table} where charge_point_id = '${id}'`);
  }
  await client.query(`delete from charge_points where id = '${id}'`);
}

const setOf = (sites: string): string => sites.split(' ').sort().join(' ');

describe('rows of other sites', () => {
  let all: Place;
  const alone = new Map<string, Place>();
  beforeAll(async () => {
    all = await start(null);
    for (const site of SITES) alone.set(site, await start(site));
  });
  afterAll(async () => {
    for (const { database, client, api } of [all, ...alone.values()]) {
      await api.stop();
      await client.end();
      await database.drop();
    }
  });

  const ask = async (place: Place | undefined, as: string, path: string, accept: string, etag?: string) => {
    const headers = {
      authorization: `Bearer ${as}`,
      accept,
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
    };
    const response = await fetch(`${place?.api.url ?? ''}${path}`, { headers });
    const text = comparable(await response.text());
    return { status: response.status, text, etag: response.headers.get('etag') ?? '' };
  };

  const routes = documentedRoutes().filter(
    ({ method, audience, scope, path }) =>
      method === 'get' && audience === 'sites' && scope !== null && !WITHOUT_ROWS.has(path),
  );
  const examples = routes.flatMap(({ path, stream, examples: given }) =>
    given.flatMap((example) =>
      TYPES.filter((type) => type === 'application/json' || stream !== null).map(
        (type) => [path, example.path, type] as const,
      ),
    ),
  );

  it.each(examples)('change nothing of what is answered: %s: %s as %s', async (_, path, type) => {
    for (const site of SITES) {
      const { status, text } = await ask(all, site, path, type);
      const expected = await ask(alone.get(site), '*', path, type);
      expect({ status, text }).toEqual({ status: expected.status, text: expected.text });
    }
    const nothing = await ask(all, '', path, type);
    for (const id of Object.keys(SITE_OF)) expect(nothing.text).not.toContain(`${id}"`);
  });

  it('are there for who may see them: that nothing is told of them is not for want of them', async () => {
    const differing = new Set<string>();
    for (const [route, path, type] of examples) {
      const whole = await ask(all, '*', path, type);
      for (const site of SITES) {
        if ((await ask(all, site, path, type)).text !== whole.text) differing.add(route);
      }
    }
    expect([...differing].sort()).toEqual([...new Set(routes.map(({ path }) => path))].sort());
  });

  it.each([
    '/v1/transactions?chargePointId=CP-1&chargePointId=CP-2',
    '/v1/transactions?status=all',
    '/v1/conflicts?chargePointId=CP-1',
    '/v1/findings?chargePointId=CP-1&chargePointId=CP-2',
    '/v1/findings/counts?site=north',
    '/v1/quarantine?chargePointId=CP-1&status=all',
    '/v1/quarantine?status=all&limit=1',
    '/v1/connections?chargePointId=CP-2',
    '/v1/edits?chargePointId=CP-1',
    '/v1/signed-values?chargePointId=CP-1&chargePointId=CP-2',
    '/v1/energy?from=2026-03-10&to=2026-03-11&site=south&groupBy=site',
    '/v1/aggregates?from=2026-03-10&to=2026-03-11&groupBy=site&measurand=Energy.Active.Import.Register',
    '/v1/charge-points/CP-2/connection',
    '/v1/charge-points/CP-1/commands',
    '/chargers/all?chargePointIds=CP-1,CP-2',
  ])('are not there when they are asked for by name: %s', async (path) => {
    for (const site of SITES) {
      const { status, text } = await ask(all, site, path, 'application/json');
      const expected = await ask(alone.get(site), '*', path, 'application/json');
      expect({ status, text }).toEqual({ status: expected.status, text: expected.text });
    }
  });

  it.each<[string, object, number]>([
    ['/v1/edits/1/undo', { reason: 'none of mine' }, 404],
    [
      '/v1/edits',
      {
        action: 'exclude',
        chargePointId: 'CP-1',
        connectorId: 1,
        from: '2026-03-10T06:00:00Z',
        reason: 'none of mine',
      },
      422,
    ],
    ['/v1/quarantine/1/redrive', {}, 404],
    ['/v1/charge-points/CP-1/commands', { action: 'Reset', payload: { type: 'Soft' } }, 404],
  ])('are not changed by who may not see them: POST %s', async (path, body, status) => {
    const response = await fetch(`${all.api.url}${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer south', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(status);
  });

  it('are not sent again by who may not see them, and their ids are as ids that there are not', async () => {
    const redrive = async (as: string, body: object): Promise<unknown> => {
      const response = await fetch(`${all.api.url}/v1/quarantine/redrive`, {
        method: 'POST',
        headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return response.json();
    };
    expect(await redrive('south', { reason: 'past_retention' })).toMatchObject({
      redriven: 0,
      nextCursor: null,
    });
    expect(await redrive('south', { ids: [1, 999] })).toMatchObject({
      redriven: 0,
      skipped: [
        { id: 1, detail: 'there is no such part' },
        { id: 999, detail: 'there is no such part' },
      ],
    });
    expect(await redrive('north', { ids: [1] })).toMatchObject({ redriven: 1 });
  });

  const ENERGY = '/v1/energy?from=2026-03-10T00:00:00Z&to=2026-03-11T00:00:00Z';

  it('are in no answer that was kept for others, and in no mark of one', async () => {
    const answers = new Map<string, string>();
    for (const as of ['*', 'north', 'south', 'north south', '']) {
      const first = await ask(all, as, ENERGY, 'application/json');
      answers.set(as, first.text);
      expect((await ask(all, as, ENERGY, 'application/json')).text).toBe(first.text);
      expect((await ask(all, as, ENERGY, 'application/json', first.etag)).status).toBe(304);
      for (const other of ['*', 'north', 'south', 'south north', '']) {
        const isSame = setOf(other) === setOf(as);
        const answer = await ask(all, other, ENERGY, 'application/json', first.etag);
        expect(answer.status, `${other} with the mark of ${as}`).toBe(isSame ? 304 : 200);
      }
    }
    expect(answers.get('north')).not.toContain('CP-2');
    expect(answers.get('south')).not.toContain('CP-1');
  });

  it('do not show by a mark that they have changed', async () => {
    const before = await ask(all, 'south', ENERGY, 'application/json');
    const ofAll = await ask(all, '*', ENERGY, 'application/json');
    await all.client.query(`update rollup_versions set version = version + 1`);
    const { rowCount } = await all.client.query(
      `insert into rollup_versions (scope, day, version) values (-1, '1970-01-01', 1)
       on conflict (scope, day) do update set version = rollup_versions.version + 1`,
    );
    expect(rowCount).toBe(1);
    expect((await ask(all, '*', ENERGY, 'application/json')).etag).not.toBe(ofAll.etag);
    expect((await ask(all, 'south', ENERGY, 'application/json')).etag).toBe(before.etag);
    expect((await ask(all, 'south', ENERGY, 'application/json', before.etag)).status).toBe(304);
  });
});
