import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import pino from 'pino';
import pg from 'pg';
import { insertAccessKey, readAccessKeys, revokeAccessKey } from '../../store/access/access-keys.js';
import { createPool, type Pool } from '../../store/pool.js';
import type { SessionMessage } from '../../protocol/live/server-message.js';
import { AccessKeys } from '../../server/access/access-keys.js';
import type { Access } from '../../server/access/access.js';
import { KnownAccess } from '../../server/access/known-access.js';
import type { Scope } from '../../server/access/scope.js';
import { newAccessKey, SecretHash } from '../../server/access/secrets.js';
import { storedTickets } from '../../server/access/stored-tickets.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { LiveTestClient } from '../harness/live-client.js';
import { startLive } from '../harness/live.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

const hash = new SecretHash(Buffer.alloc(32, 7));

describe('sessions of the live feed', () => {
  let database: TestDatabase;
  let pool: Pool;
  let client: pg.Client;
  let api: RunningApi;

  /** As another process would have it. */
  function access(): Access {
    return new KnownAccess({
      keys: new AccessKeys({ find: (ids) => readAccessKeys(pool, ids), hash, ttlMs: 0 }),
      tokens: null,
      tickets: storedTickets(pool),
      logger: pino({ level: 'silent' }),
    });
  }

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    pool = createPool({ url: database.url, max: 4, applicationName: 'sessions-test' });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    api = await startApi({ databaseUrl: database.url, access: access() });
  });

  afterAll(async () => {
    await api.stop();
    await client.end();
    await pool.end();
    await database.drop();
  });

  async function newKey(
    more: { scopes?: readonly Scope[]; sites?: readonly string[] | null; expiresAt?: Date | null } = {},
  ): Promise<{ id: string; key: string }> {
    const { id, key } = newAccessKey();
    const { scopes = ['readings:read'], sites = null, expiresAt = null } = more;
    await insertAccessKey(pool, {
      ...{ id, name: 'screen', hash: hash.ofKey(key), scopes, sites, chargePointIds: null, expiresAt },
    });
    return { id, key };
  }

  async function ticketFor(key: string): Promise<string> {
    const { status, body, headers } = await api.get('/v1/tickets', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    return String(body['ticket']);
  }

  const bearing = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });
  const told = ({ messages }: LiveTestClient): SessionMessage[] =>
    messages.filter((message) => message.type === 'SESSION');

  describe('a ticket', () => {
    it.each(['in the address', 'as a subprotocol'])(
      'opens one connection, %s, in any process',
      async (how) => {
        const { key } = await newKey({ sites: ['north'] });
        const [one, other] = [
          await startLive(database.url, {}, { access: access() }),
          await startLive(database.url, {}, { access: access() }),
        ];
        const ticket = await ticketFor(key);
        const show = (url: string) =>
          how === 'in the address'
            ? LiveTestClient.open(`${url}?ticket=${ticket}`)
            : LiveTestClient.open(url, {}, [
                'meterpulse',
                `bearer.${Buffer.from(ticket).toString('base64url')}`,
              ]);
        const opened = await show(one.url);
        // Whoever opened it is who asked for the ticket: figures of the fleet are of all sites.
        opened.send({ type: 'SUBSCRIBE', id: 'f', filter: { kinds: ['fleet'] } });
        await opened.until((message) => message.type === 'ERROR' && message.error.code === 'forbidden');
        for (const { url } of [one, other]) await expect(show(url)).rejects.toThrow('HTTP 401');
      },
    );

    it('opens one of many connections that come with it at the same time', async () => {
      const { key } = await newKey();
      const live = await startLive(database.url, {}, { access: access() });
      const ticket = await ticketFor(key);
      const tries = Array.from({ length: 20 }, () => LiveTestClient.open(`${live.url}?ticket=${ticket}`));
      const outcomes = await Promise.allSettled(tries);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await live.metric('meterpulse_live_connections_total', { outcome: 'unauthorised' })).toBe(19);
    });

    it('opens nothing when it is too old, and goes from the table with later ones', async () => {
      const { key } = await newKey();
      const live = await startLive(database.url, {}, { access: access() });
      const ticket = await ticketFor(key);
      await client.query(`update tickets set expires_at = clock_timestamp() - interval '1 millisecond'`);
      await expect(LiveTestClient.open(`${live.url}?ticket=${ticket}`)).rejects.toThrow('HTTP 401');
      await ticketFor(key);
      await client.query(`update tickets set expires_at = clock_timestamp() - interval '1 millisecond'`);
      await ticketFor(key);
      expect((await client.query('select 1 from tickets')).rowCount).toBe(1);
    });

    it('is no key: no route takes it, and nobody unknown is given one', async () => {
      const { key } = await newKey();
      const ticket = await ticketFor(key);
      for (const path of ['/v1/session', `/v1/session?ticket=${ticket}`]) {
        expect((await api.get(path, bearing(ticket))).status).toBe(401);
      }
      const unknown = await api.get('/v1/tickets', { method: 'POST', ...bearing('mp_x') });
      expect(unknown.status).toBe(401);
    });

    it('is kept as a hash', async () => {
      const { key } = await newKey();
      const ticket = await ticketFor(key);
      const { rows } = await client.query<{ text: string }>('select tickets::text as text from tickets');
      expect(rows.length).toBeGreaterThan(0);
      for (const { text } of rows) {
        expect(text).not.toContain(ticket);
        expect(text).not.toContain(Buffer.from(ticket).toString('hex'));
      }
    });
  });

  describe('the end', () => {
    it('is told, and comes when the key ends to be good', async () => {
      const expiresAt = new Date(Date.now() + 1_500);
      const { key } = await newKey({ expiresAt });
      const live = await startLive(database.url, {}, { access: access() });
      const opened = await LiveTestClient.open(live.url, bearing(key));
      await opened.subscribe('s1');
      expect(told(opened)).toMatchObject([{ expiresAt: expiresAt.toISOString() }]);
      expect(await opened.closed).toEqual({ code: 4001, reason: 'the session is over' });
      expect(Date.now()).toBeGreaterThanOrEqual(expiresAt.getTime());
      const over = () => live.metric('meterpulse_live_closed_total', { reason: 'session_over' });
      await expect.poll(over, { interval: 5 }).toBe(1);
      await expect(LiveTestClient.open(live.url, bearing(key))).rejects.toThrow('HTTP 401');
    });

    it('comes at the maximum age for a key that is good for ever', async () => {
      const { key } = await newKey();
      const live = await startLive(database.url, { sessionMaxAgeMs: 1_000 }, { access: access() });
      const opened = await LiveTestClient.open(live.url, bearing(key));
      expect((await opened.closed).code).toBe(4001);
    });

    it('neither comes nor is told where nobody need show who they are', async () => {
      const live = await startLive(database.url, { sessionMaxAgeMs: 1 });
      const opened = await LiveTestClient.open(live.url);
      await opened.subscribe('s1');
      opened.send({ type: 'RENEW', token: 'x' });
      const refused = await opened.until(({ type }) => type === 'ERROR');
      expect(refused).toMatchObject({ id: null, error: { code: 'renewal-refused' } });
      expect(told(opened)).toEqual([]);
    });
  });

  describe('RENEW', () => {
    it('lets a subscription go on without a gap, by the key or by a ticket', async () => {
      const { key } = await newKey();
      const live = await startLive(
        database.url,
        { sessionMaxAgeMs: 60_000, renewalWindowMs: 60_000 },
        { access: access() },
      );
      const opened = await LiveTestClient.open(live.url, bearing(key));
      await opened.subscribe('s1');
      for (const [at, token] of [key, await ticketFor(key)].entries()) {
        opened.send({ type: 'RENEW', token });
        await expect.poll(() => told(opened).length, { interval: 5 }).toBe(at + 2);
      }
      const ends = told(opened).map(({ expiresAt }) => Date.parse(expiresAt));
      expect(ends).toEqual([...ends].sort((one, other) => one - other));
      await client.query(`insert into charge_points (id) values ('CP-NEW') on conflict do nothing`);
      await opened.until((message) => message.type === 'INSERT');
    });

    it('is refused to who is somebody else, or is not known any more, and the session ends', async () => {
      const mine = await newKey();
      const another = await newKey();
      const live = await startLive(
        database.url,
        { sessionMaxAgeMs: 2_000, renewalWindowMs: 2_000 },
        { access: access() },
      );
      const opened = await LiveTestClient.open(live.url, bearing(mine.key));
      await revokeAccessKey(pool, mine.id);
      for (const token of [mine.key, another.key, '', 'a b', 'x'.repeat(8_193)]) {
        opened.send({ type: 'RENEW', token });
      }
      await expect
        .poll(() => opened.messages.filter(({ type }) => type === 'ERROR').length, { interval: 5 })
        .toBe(5);
      expect(JSON.stringify(opened.messages)).not.toContain(mine.key);
      expect(told(opened)).toHaveLength(1);
      expect((await opened.closed).code).toBe(4001);
    });
  });
});
