import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Access, Principal } from '../../server/access/access.js';
import { isScope, SCOPES } from '../../server/access/scope.js';
import { documentedRoutes } from '../../server/api/documented-routes.js';
import { startApi, type ApiAnswer, type RunningApi } from '../harness/api.js';
import { principalOf } from '../harness/principal-of.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { Seed } from '../harness/seed.js';

const PRINCIPALS: Readonly<Record<string, Principal>> = {
  'Bearer all': principalOf(),
  'Bearer north': principalOf({ sites: ['north'] }),
  'Bearer none': principalOf({ sites: [] }),
};

describe('access to the API', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let api: RunningApi;
  const knocks: string[] = [];
  let outage: Error | null = null;
  const access: Access = {
    identify: ({ headers, remoteAddress }) => {
      if (outage !== null) return Promise.reject(outage);
      knocks.push(remoteAddress);
      const authorization = String(headers['authorization']);
      // `Bearer scopes a b`: these alone.
      const [, named] = /^Bearer scopes (.*)$/.exec(authorization) ?? [];
      if (named !== undefined) {
        return Promise.resolve(principalOf({ scopes: named.split(' ').filter(isScope) }));
      }
      return Promise.resolve(PRINCIPALS[authorization] ?? null);
    },
  };

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    api = await startApi({ databaseUrl: database.url, access });
  });

  beforeEach(async () => {
    outage = null;
    await client.query('truncate charge_points cascade; truncate readings');
    const seed = new Seed(client);
    for (const site of ['north', 'south']) {
      await seed.chargePoint(site, site);
      const seriesId = await seed.series({ chargePointId: site });
      await seed.readings([{ seriesId, timestamp: '2026-03-01T10:00:00Z', value: 1 }]);
    }
  });

  afterAll(async () => {
    await api.stop();
    await client.end();
    await database.drop();
  });

  function ask(as: string | null, path: string, method = 'GET', body?: unknown): Promise<ApiAnswer> {
    return api.get(path, {
      method,
      headers: {
        ...(as === null ? {} : { authorization: `Bearer ${as}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  const names = ({ body }: ApiAnswer): unknown[] =>
    (body['items'] as Record<string, unknown>[]).map((item) => item['id'] ?? item['chargePointId']);

  const restricted = documentedRoutes().filter(({ scope }) => scope !== null);

  it.each(restricted.map((route) => [route.method, route.path] as const))(
    'answers nobody unknown: %s %s',
    async (method, path) => {
      const answer = await ask(
        null,
        path.replaceAll(/:\w+/g, '1'),
        method.toUpperCase(),
        method === 'get' ? undefined : {},
      );
      expect(answer.status).toBe(401);
      expect(answer.body['type']).toBe('urn:meterpulse:problem:unauthorized');
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
    },
  );

  it('lets everybody see whether it is well, and its documentation', async () => {
    for (const path of ['/health', '/openapi.json']) expect((await ask(null, path)).status).toBe(200);
  });

  it('is told the address that a request comes from', async () => {
    knocks.length = 0;
    await ask('all', '/v1/stats');
    expect(knocks).toEqual(['127.0.0.1']);
  });

  it('tells whoever is known who they are, whatever they may do', async () => {
    const { status, body } = await ask('scopes readings:write', '/v1/session');
    expect({ status, body }).toEqual({
      status: 200,
      body: { name: 'test', scopes: ['readings:write'], sites: null, expiresAt: null },
    });
    expect((await ask('north', '/v1/session')).body['sites']).toEqual(['north']);
  });

  const scoped = restricted
    .filter(({ scope }) => scope !== 'identified')
    .map(({ method, path, scope }) => [method, path, scope] as const);
  it.each(scoped)('takes its scope and no other: %s %s %s', async (method, path, scope) => {
    const url = path.replaceAll(/:\w+/g, '1');
    const body = method === 'get' ? undefined : {};
    const others = Object.keys(SCOPES).filter((other) => other !== scope && other !== 'admin');
    const refused = await ask(`scopes ${others.join(' ')}`, url, method.toUpperCase(), body);
    expect(refused.status).toBe(403);
    expect(refused.body['type']).toBe('urn:meterpulse:problem:forbidden');
    expect(refused.body['detail']).toContain(String(scope));
    const answered = await ask(`scopes ${String(scope)}`, url, method.toUpperCase(), body);
    expect([401, 403]).not.toContain(answered.status);
  });

  const unfiltered = restricted.filter(({ audience }) => audience === 'all');
  it.each(unfiltered.map((route) => [route.method, route.path] as const))(
    'refuses who may see some sites alone where rows are not told apart by site: %s %s',
    async (method, path) => {
      const answer = await ask(
        'north',
        path.replaceAll(/:\w+/g, '1'),
        method.toUpperCase(),
        method === 'get' ? undefined : {},
      );
      expect(answer.body['type']).toBe('urn:meterpulse:problem:forbidden');
    },
  );

  it('lists charge points of their sites alone', async () => {
    expect(names(await ask('all', '/v1/charge-points'))).toEqual(['north', 'south']);
    expect(names(await ask('north', '/v1/charge-points'))).toEqual(['north']);
    expect(names(await ask('north', '/v1/charge-points?site=south'))).toEqual([]);
    expect(names(await ask('north', '/v1/charge-points?search=south&status=all'))).toEqual([]);
    expect(names(await ask('none', '/v1/charge-points'))).toEqual([]);
    const csv = await fetch(`${api.url}/v1/charge-points`, {
      headers: { accept: 'text/csv', authorization: 'Bearer north' },
    });
    expect(await csv.text()).not.toContain('south');
  });

  it.each(['', '/latest'])('shows nothing of charge points of other sites: {id}%s', async (rest) => {
    expect((await ask('north', `/v1/charge-points/north${rest}`)).status).toBe(200);
    expect((await ask('north', `/v1/charge-points/south${rest}`)).status).toBe(404);
  });

  it('gives readings of their sites alone, as JSON and as CSV', async () => {
    const path = '/v1/readings?chargePointId=north&chargePointId=south';
    expect(names(await ask('all', path))).toEqual(['north', 'south']);
    expect(names(await ask('north', path))).toEqual(['north']);
    const csv = await fetch(`${api.url}${path}`, {
      headers: { accept: 'text/csv', authorization: 'Bearer north' },
    });
    expect((await csv.text()).trim().split('\r\n')).toHaveLength(2);
  });

  it.each<[string, string, unknown, string]>([
    ['POST', '/v1/charge-points', { id: 'new', site: 'south' }, '403 forbidden'],
    ['POST', '/v1/charge-points', { id: 'new' }, '403 forbidden'],
    ['POST', '/v1/charge-points', { id: 'south', site: 'north' }, '409 charge-point-exists'],
    ['PUT', '/v1/charge-points/south', { label: 'x', site: 'north', status: 'active' }, '403 forbidden'],
    ['PATCH', '/v1/charge-points/south', { label: 'x' }, '404 not-found'],
    ['PATCH', '/v1/charge-points/north', { site: 'south' }, '403 forbidden'],
    ['DELETE', '/v1/charge-points/south', undefined, '404 not-found'],
  ])('changes nothing beyond their sites: %s %s %j', async (method, path, body, expected) => {
    const table = 'select id, label, site, status, version from charge_points order by id';
    const before = (await client.query(table)).rows;
    const answer = await ask('north', path, method, body);
    expect(`${answer.status} ${String(answer.body['type']).split(':').at(-1)}`).toBe(expected);
    expect((await client.query(table)).rows).toEqual(before);
  });

  it('lets them change what is theirs', async () => {
    expect((await ask('north', '/v1/charge-points', 'POST', { id: 'n2', site: 'north' })).status).toBe(201);
    const put = { label: 'x', site: 'north', status: 'active' };
    expect((await ask('north', '/v1/charge-points/n2', 'PUT', put)).status).toBe(200);
    expect((await ask('north', '/v1/charge-points/north', 'PATCH', { label: 'y' })).status).toBe(200);
    expect((await ask('north', '/v1/charge-points/north', 'DELETE')).status).toBe(204);
  });

  it('answers 500, and lets nobody in, when it can not be found out who asks', async () => {
    outage = new Error('the directory of people is away at 10.0.0.9');
    const answer = await ask('all', '/v1/stats');
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain('10.0.0.9');
  });
});
