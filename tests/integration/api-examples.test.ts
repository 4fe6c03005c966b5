import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { templateOf } from '../../routes/openapi/operation.js';
import type { Route, RouteExample } from '../../routes/route.js';
import { documentedRoutes } from '../../server/api/documented-routes.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { Charger } from '../harness/charger.js';
import { OpenApiJudge } from '../harness/open-api.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { startRegisteredGateway, type RegisteredGateway } from '../harness/registered-gateway.js';
import { seedSampleData } from '../harness/sample-data.js';

const routes = documentedRoutes();
const noContent = z.strictObject({});

describe('the examples in the documentation of the API', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let api: RunningApi;
  let judge: OpenApiJudge;
  let gateway: RegisteredGateway;
  let charger: Charger;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await seedSampleData(client);
    api = await startApi({ databaseUrl: database.url });
    gateway = await startRegisteredGateway({ databaseUrl: database.url });
    charger = await Charger.connect(gateway.url, 'CP-1');
    await vi.waitFor(
      async () =>
        expect((await api.get('/v1/charge-points/CP-1/connection')).body).toMatchObject({
          state: 'connected',
        }),
      { timeout: 30_000, interval: 20 },
    );
    judge = new OpenApiJudge((await api.get('/openapi.json')).body);
  });

  afterAll(async () => {
    charger.terminate();
    await gateway.stop();
    await api.stop();
    await client.end();
    await database.drop();
  });

  it.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s has an example at least',
    (_, { examples }) => expect(examples.length).toBeGreaterThan(0),
  );

  const examples = routes.flatMap((route) =>
    route.examples.map((example) => [`${route.method} ${example.path}`, route, example] as const),
  );

  it.each(examples)('%s answers what the document says, and no field more', async (_, route, example) => {
    const { status, body } = await api.get(example.path, init(route, example));
    expect(status, JSON.stringify(body)).toBe(route.status);
    // A schema drops what it doesn't know: what was dropped is not documented.
    expect((route.response ?? noContent).parse(body)).toEqual(body);
    if (route.response === null) return;
    expect(judge.faultsOfAnswer(templateOf(route.path), route.method, status, body)).toBe('');
    if (route.body !== null) {
      expect(judge.faultsOfBody(templateOf(route.path), route.method, example.body)).toBe('');
    }
  });

  it.each(examples.filter(([, route]) => route.method === 'get'))(
    '%s shows something',
    async (_, __, example) => {
      const { body } = await api.get(example.path);
      const list = body['items'] ?? body['chargers'];
      if (list !== undefined) expect(list).not.toEqual([]);
    },
  );

  it.each(examples.filter(([, route]) => route.stream !== null))(
    '%s comes as CSV and NDJSON too',
    async (_, __, example) => {
      for (const type of ['text/csv', 'application/x-ndjson']) {
        const response = await fetch(`${api.url}${example.path}`, { headers: { accept: type } });
        expect(response.status).toBe(200);
        expect(response.headers.get('content-type')).toContain(type);
        expect(await response.text()).not.toBe('');
      }
    },
  );
});

function init({ method, upload }: Route, { body }: RouteExample): RequestInit {
  if (body === null) return { method: method.toUpperCase() };
  return {
    method: method.toUpperCase(),
    headers: { 'content-type': upload?.types[0] ?? 'application/json' },
    body: typeof body === 'string' && upload !== null ? body : JSON.stringify(body),
  };
}
