import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import pino from 'pino';
import { Registry } from 'prom-client';
import { loadConfig } from '../../config/config.js';
import type { Access } from '../../server/access/access.js';
import { createRequestLimits } from '../../server/compose/request-limits.js';
import { countRequests, forgetRequests } from '../../store/limits/count-requests.js';
import { createPool, type Pool } from '../../store/pool.js';
import { startApi } from '../harness/api.js';
import { TestClient } from '../harness/gateway.js';
import { startLive } from '../harness/live.js';
import { principalOf } from '../harness/principal-of.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase({ migrated: true });
  pool = createPool({ url: database.url, max: 4, applicationName: 'limits-test' });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** Whoever says their name is let in by it. */
const access: Access = {
  identify: ({ headers }) => {
    const name = String(headers.authorization ?? '');
    return Promise.resolve(name === '' ? null : { ...principalOf(), name, by: 'key' });
  },
};

/** Of a process of its own. */
function limitsOf(variables: Readonly<Record<string, string>>, stage: 'api' | 'live' = 'api') {
  const { config } = loadConfig(variables, false);
  return createRequestLimits(
    { config, logger: pino({ level: 'silent' }), registry: new Registry() },
    pool,
    stage,
  );
}

async function startProcess(variables: Readonly<Record<string, string>>) {
  const api = await startApi({ databaseUrl: database.url, access, limits: limitsOf(variables) });
  onTestFinished(() => api.stop());
  return (name: string | null, headers: Readonly<Record<string, string>> = {}) =>
    api.get('/v1/stats', { headers: { ...(name === null ? {} : { authorization: name }), ...headers } });
}

describe('requests beyond a limit', () => {
  it('get 429 and are told when to come again, those of other keys are answered', async () => {
    const ask = await startProcess({ LIMIT_KEY_PER_MINUTE: '3' });
    for (let at = 0; at < 3; at++) expect((await ask('one')).status).toBe(200);
    const refused = await ask('one');
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({
      type: 'urn:meterpulse:problem:too-many-requests',
      detail: 'These credentials may ask 3 times a minute.',
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await ask('other')).status).toBe(200);
  });

  it('are found out by all processes together', async () => {
    const variables = { LIMIT_KEY_PER_MINUTE: '40' };
    const one = await startProcess(variables);
    const other = await startProcess(variables);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => one('shared')));
    expect(statuses.map(({ status }) => status)).toEqual(Array<number>(20).fill(200));
    // The other one asks now and then, and so hears of the first one's.
    let answered = 0;
    await expect
      .poll(async () => {
        const { status } = await other('shared');
        if (status === 200) answered++;
        return status;
      })
      .toBe(429);
    expect(answered).toBeLessThan(40);
  });

  it('are those of an address when nobody is known there, which a trusted proxy tells', async () => {
    const ask = await startProcess({ LIMIT_ADDRESS_PER_MINUTE: '3', TRUSTED_PROXIES: '127.0.0.1' });
    const from = (address: string) => ask(null, { 'x-forwarded-for': address });
    for (let at = 0; at < 3; at++) expect((await from('203.0.113.1')).status).toBe(401);
    expect((await from('203.0.113.1')).status).toBe(429);
    expect((await from(`8.8.8.8, 203.0.113.1`)).status).toBe(429);
    expect((await from('203.0.113.2')).status).toBe(401);
  });

  it('are not those of an address that a client makes up', async () => {
    const ask = await startProcess({ LIMIT_ADDRESS_PER_MINUTE: '1' });
    for (let at = 0; at < 5; at++) {
      expect((await ask(null, { 'x-forwarded-for': '203.0.113.9' })).status).toBe(401);
    }
  });

  it('are a thousand a minute of a key unless somebody says otherwise', () => {
    const limits = limitsOf({});
    const principal = { by: 'key', name: 'default', sites: null } as const;
    for (let at = 0; at < 1_000; at++) expect(limits.ofPrincipal(principal)).toBeNull();
    expect(limits.ofPrincipal(principal)).toMatchObject({ limit: 'key', perMinute: 1_000 });
  });
});

describe('handshakes of the live feed beyond a limit', () => {
  it('get 429, and count together with requests of the same key', async () => {
    const limits = limitsOf({ LIMIT_KEY_PER_MINUTE: '2' }, 'live');
    const live = await startLive(database.url, {}, { access, limits });
    const connect = () => TestClient.open(live.url, [], { headers: { authorization: 'viewer' } });
    await connect();
    await connect();
    await expect(connect()).rejects.toThrow('HTTP 429');
    expect(await live.metric('meterpulse_live_connections_total', { outcome: 'limited' })).toBe(1);
  });
});

describe('the table of counts', () => {
  const subject = (byte: number): Buffer => Buffer.alloc(16, byte);

  it('adds up what processes tell at once, in any order, and is forgotten', async () => {
    const both = [subject(1), subject(2)].map((each) => ({ subject: each, requests: 1 }));
    await Promise.all(
      Array.from({ length: 40 }, (_, at) => countRequests(pool, at % 2 === 0 ? both : [...both].reverse())),
    );
    const told = await countRequests(pool, both);
    const sum = (one: (typeof told)[number]): number => one.current + one.previous;
    expect(told.map(sum)).toEqual([41, 41]);
    expect(told[0]?.elapsedMs).toBeGreaterThanOrEqual(0);
    expect(told[0]?.elapsedMs).toBeLessThan(60_000);
    await pool.query('update request_counts set minute = minute - 3');
    await forgetRequests(pool);
    expect((await pool.query('select from request_counts')).rowCount).toBe(0);
  });

  it('tells the minute before', async () => {
    await countRequests(pool, [{ subject: subject(3), requests: 7 }]);
    await pool.query('update request_counts set minute = minute - 1 where subject = $1', [subject(3)]);
    const [told] = await countRequests(pool, [{ subject: subject(3), requests: 1 }]);
    expect(told).toMatchObject({ current: 1 });
    expect([7, 0]).toContain(told?.previous);
  });
});
