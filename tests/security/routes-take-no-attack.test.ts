import pg from 'pg';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../routes/route.js';
import { documentedRoutes } from '../../server/api/documented-routes.js';
import { startApi, type ApiAnswer, type RunningApi } from '../harness/api.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { seedSampleData } from '../harness/sample-data.js';

/** What ends a string, a statement or a comment in SQL, and what LIKE, JSON paths, arrays and formats read as more than text. */
const SQL = [
  "x' or '1'='1",
  "x'; drop table readings; --",
  `x") or ("1"="1`,
  "x\\' or 1=1 --",
  "x' union select null, version() --",
  "'||(select pg_sleep(5))||'",
  '$$; select pg_sleep(5); $$',
  '1; select pg_sleep(5)',
  '%',
  '_____',
  '{a,b}',
  '{"$ne":null}',
  '$1',
  "E'\\x27'",
  '%s%n%1$s',
  '/*',
  'ʼ or ʼ1ʼ=ʼ1',
];
/** Fields that the server alone decides on. */
const OTHERS = {
  version: 99,
  createdAt: '2020-01-01T00:00:00Z',
  updatedAt: '2020-01-01T00:00:00Z',
  changeId: '1',
  principal: { name: 'root', scopes: ['admin'] },
  scopes: ['admin'],
  sites: null,
  role: 'admin',
  isAdmin: true,
  state: 'answered',
  constructor: { prototype: { polluted: true } },
};

const routes = documentedRoutes();
const named = (list: readonly Route[]) =>
  list.map((route) => [`${route.method} ${route.path}`, route] as const);
const encode = encodeURIComponent;

let database: TestDatabase;
let client: pg.Client;
let api: RunningApi;
let before: string;

beforeAll(async () => {
  database = await createTestDatabase({ migrated: true });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await seedSampleData(client);
  api = await startApi({ databaseUrl: database.url });
  before = await content();
});

afterAll(async () => {
  await api.stop();
  await client.end();
  await database.drop();
});

/** Of the tables that a client can change; what is added by a test begins with `attack`. */
async function content(): Promise<string> {
  const { rows } = await client.query<{ content: string }>(
    `select jsonb_build_object(
       'chargePoints', (select jsonb_agg(to_jsonb(c) order by id) from charge_points c where id not like 'attack%'),
       'quarantine', (select jsonb_agg(jsonb_build_array(id, reason, redriven_at) order by id) from quarantine),
       'commands', (select jsonb_agg(to_jsonb(c) order by id) from commands c),
       'readings', (select count(*) from readings),
       'tables', (select count(*) from pg_class))::text as content`,
  );
  return rows[0]?.content ?? '';
}

function pathOf({ path }: Route, id = 'no-such-id'): string {
  return path.replaceAll(/:\w+/g, encode(id));
}

/** The query of an example, without `name`. */
function requiredQuery({ examples }: Route, name: string): URLSearchParams {
  const query = new URLSearchParams(examples[0]?.path.split('?')[1] ?? '');
  query.delete(name);
  return query;
}

function send(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
  return api.get(path, {
    method: method.toUpperCase(),
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

/** A refusal, or an answer without a row. */
function expectNothing({ status, body }: ApiAnswer, what: string): void {
  expect(status, `${what}: ${JSON.stringify(body)}`).toBeLessThan(500);
  expect(JSON.stringify(body), what).not.toMatch(
    /PostgreSQL \d|syntax error|\bselect\b.*\bfrom\b|node_modules/i,
  );
  if (status === 200 && Array.isArray(body['items'])) expect(body['items'], what).toEqual([]);
}

/** Parameters that order, divide or page what there is, and select nothing. */
const SHAPE = new Set([
  'limit',
  'page',
  'cursor',
  'groupBy',
  'interval',
  'timezone',
  'sort',
  'order',
  'status',
  'include',
]);

describe('SQL in what a client says', () => {
  const withQuery = routes.filter(({ query }) => Object.keys(query.shape).length > 0);

  it.each(named(withQuery))(
    'selects nothing and breaks nothing, by any parameter of %s',
    async (_, route) => {
      for (const name of Object.keys(route.query.shape)) {
        for (const attack of SQL) {
          const query = requiredQuery(route, name);
          query.set(name, attack);
          const example = (route.examples[0]?.path ?? route.path).split('?')[0] ?? '';
          const answer = await send(route.method, `${example}?${query.toString()}`);
          const what = `${name}=${attack}`;
          if (SHAPE.has(name)) expect(answer.status, what).toBeLessThan(500);
          else expectNothing(answer, what);
        }
      }
    },
  );

  const withId = routes.filter(({ path }) => path.includes('/:'));
  it.each(named(withId))('selects nothing and changes nothing, by the path of %s', async (_, route) => {
    for (const attack of SQL) {
      const answer = await send(route.method, pathOf(route, attack), route.body === null ? undefined : {});
      expect([200, 400, 404, 409, 415, 422], attack).toContain(answer.status);
      expectNothing(answer, attack);
    }
  });

  const withBody = routes.filter(({ body }) => body !== null && Object.keys(body.shape).length > 0);
  it.each(named(withBody))('is text, or refused, in any field of the body of %s', async (_, route) => {
    for (const name of Object.keys(route.body?.shape ?? {})) {
      for (const attack of SQL) {
        // Ids that no charge point has: what is added is told apart, and nobody is called.
        const base = name === 'id' ? { id: `attack ${attack}` } : { [name]: attack };
        expectNothing(await send(route.method, pathOf(route), base), `${name}: ${attack}`);
      }
    }
  });

  it('is kept as the text that it is, where text is taken', async () => {
    for (const [at, attack] of SQL.entries()) {
      const id = `attack-${at} ${attack}`;
      const created = await send('post', '/v1/charge-points', { id, label: attack, site: attack });
      expect(created.status, attack).toBe(201);
      expect((await send('get', `/v1/charge-points/${encode(id)}`)).body).toMatchObject({
        id,
        label: attack,
      });
      const found = await send('get', `/v1/charge-points?site=${encode(attack)}`);
      expect(found.body['items'], attack).toMatchObject([{ id }]);
    }
  });

  it('has changed nothing of what was there', async () => {
    expect(await content()).toBe(before);
  });
});

describe('a body that says more than its route takes', () => {
  const bodies = routes.filter(({ body }) => body !== null);

  it.each(named(bodies))('is refused as a whole: %s', async (_, route) => {
    const example = route.examples.find(({ body }) => body !== null);
    const path = example?.path ?? pathOf(route, 'CP-1');
    const known = Object.keys(route.body?.shape ?? {});
    for (const [name, value] of Object.entries({ ...OTHERS, id: 'CP-2' })) {
      if (known.includes(name)) continue;
      const answer = await send(route.method, path, {
        ...(example?.body as object | undefined),
        [name]: value,
      });
      expect([answer.status, answer.body['errors']], name).toMatchObject([400, [{ parameter: name }]]);
    }
    expect(await content()).toBe(before);
  });

  it.each(named(bodies))('changes no prototype: %s', async (_, route) => {
    const attacks = [
      '{"__proto__":{"polluted":true}}',
      '{"constructor":{"prototype":{"polluted":true}}}',
      ...Object.keys(route.body?.shape ?? {}).flatMap((name) => [
        `{"${name}":{"__proto__":{"polluted":true}}}`,
        `{"${name}":[{"__proto__":{"polluted":true}}]}`,
      ]),
    ];
    for (const text of attacks) {
      const { status } = await send(route.method, pathOf(route), text);
      expect(status, text).toBeGreaterThanOrEqual(400);
      expect(status, text).toBeLessThan(500);
      expect({}, text).not.toHaveProperty('polluted');
    }
  });

  it('is read by schemas of which none lets unknown fields through', () => {
    for (const { path, body, query, params } of routes) {
      for (const schema of [body, query, params]) {
        if (schema === null) continue;
        // A catch-all would be the way around: only `strip`, behind the check of names, and `strict` are none.
        expect(schema.def.catchall instanceof z.ZodUnknown, path).toBe(false);
      }
    }
  });
});

describe('the name of a parameter', () => {
  it.each([
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'limit[__proto__]',
    '__proto__[polluted]',
  ])('is none that every object has: %s', async (name) => {
    for (const route of routes.filter(({ method }) => method === 'get')) {
      const { status } = await send('get', `${pathOf(route, 'CP-1')}?${encode(name)}=true`);
      expect(status, route.path).toBe(400);
      expect({}).not.toHaveProperty('polluted');
    }
  });
});
