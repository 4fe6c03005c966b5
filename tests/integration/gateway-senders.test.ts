import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLiveClient } from '../../client/live/node.js';
import { AccessKeys } from '../../server/access/access-keys.js';
import { KnownAccess } from '../../server/access/known-access.js';
import type { Scope } from '../../server/access/scope.js';
import { newAccessKey, SecretHash } from '../../server/access/secrets.js';
import { Senders } from '../../server/access/senders.js';
import { signatureOf } from '../../server/access/signed-frames.js';
import { SigningSessions } from '../../server/access/signing-sessions.js';
import { storedTickets } from '../../server/access/stored-tickets.js';
import { insertAccessKey, readAccessKeys, revokeAccessKey } from '../../store/access/access-keys.js';
import { readChargePointsOfSites } from '../../store/access/charge-points-of-sites.js';
import { claimSigningSession, type SigningSession } from '../../store/access/signing-sessions.js';
import { createPool, type Pool } from '../../store/pool.js';
import { PATIENCE as soon } from '../harness/eventually.js';
import { ingest, meterValues, RawClient, startGateway, TestClient } from '../harness/gateway.js';
import { meterpulse } from '../harness/meterpulse.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

const hash = new SecretHash(Buffer.alloc(32, 1));
const logger = pino({ level: 'silent' });

describe('programs that have to show who they are on /ingest', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    pool = createPool({ url: database.url, max: 4, applicationName: 'test' });
    await pool.query(
      "insert into charge_points (id, site) values ('N-1', 'north'), ('N-2', 'north'), ('S-1', 'south'), ('X-1', '')",
    );
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  /** Looks again at who is inside as often as can be. */
  const start = (state: { away?: boolean } = {}) => {
    const access = new KnownAccess({
      keys: new AccessKeys({
        find: (ids) =>
          state.away === true ? Promise.reject(new Error('away: secret')) : readAccessKeys(pool, ids),
        hash,
        ttlMs: 0,
      }),
      tokens: null,
      tickets: storedTickets(pool),
      logger,
    });
    const readSites = (sites: readonly string[]) => readChargePointsOfSites(pool, sites);
    const claim = (session: SigningSession) => claimSigningSession(pool, session);
    const signing = new SigningSessions({ hash, windowMs: 60_000, claim });
    return startGateway({}, { senders: new Senders({ access, readSites, signing, logger, intervalMs: 20 }) });
  };

  async function give(more: {
    scopes?: readonly Scope[];
    sites?: readonly string[];
    chargePointIds?: readonly string[];
    signs?: boolean;
    expiresAt?: Date;
  }): Promise<{ id: string; key: string }> {
    const { id, key } = newAccessKey();
    const { scopes = ['readings:write'], sites = null, chargePointIds = null, signs = false } = more;
    const { expiresAt = null } = more;
    await insertAccessKey(pool, {
      ...{ id, name: 'depot', hash: hash.ofKey(key), scopes, sites, chargePointIds, expiresAt, signs },
    });
    return { id, key };
  }

  const open = (url: string, key: string) =>
    TestClient.open(`${url}/ingest`, undefined, { headers: { authorization: `Bearer ${key}` } });

  async function statusOf(port: number, authorization?: string): Promise<number> {
    const header = authorization === undefined ? [] : [`Authorization: ${authorization}`];
    const raw = new RawClient(port).upgrade('/ingest', ...header);
    await vi.waitFor(() => expect(raw.received).toContain('\r\n\r\n'), soon);
    raw.socket.destroy();
    return raw.status;
  }

  /** What became of a message for each charge point, and that nothing else came to the log. */
  async function answers(key: string, ids: readonly string[]): Promise<Record<string, string>> {
    const { url, log } = await start();
    const client = await open(url, key);
    client.send(ids.map((id) => ingest(id, id)));
    await vi.waitFor(() => expect(client.received).toHaveLength(1), soon);
    for (const id of ids) client.send(ingest(`single ${id}`, id));
    await vi.waitFor(() => expect(client.received).toHaveLength(1 + ids.length), soon);
    type Status = { id: string; status: string; error?: { code: string; path: string } };
    const statuses = client.json().flat() as Status[];
    const told = Object.fromEntries(statuses.map(({ id, status, error }) => [id, error?.code ?? status]));
    for (const id of ids) expect(told[`single ${id}`]).toBe(told[id]);
    const published = new Set(log.messages.map(({ key: chargePointId }) => chargePointId));
    expect([...published].sort()).toEqual(ids.filter((id) => told[id] === 'accepted').sort());
    return Object.fromEntries(ids.map((id) => [id, told[id] ?? '']));
  }

  const FORBIDDEN = 'forbidden_charge_point';

  describe('and to sign their frames', () => {
    let sessions = 0;
    const newSession = (at = Date.now()): string => `${at}.${`session-${++sessions}-`.padEnd(22, 'x')}`;
    const signed = (id: string, session: string, sequence: number, frame: object) => {
      const text = JSON.stringify(frame);
      const signature = signatureOf(hash.signingSecret(id), session, sequence, text).toString('hex');
      return { sequence, signed: text, signature };
    };
    const openSession = (url: string, key: string, session?: string) =>
      TestClient.open(`${url}/ingest`, undefined, {
        headers: {
          authorization: `Bearer ${key}`,
          ...(session === undefined ? {} : { 'meterpulse-session': session }),
        },
      });
    const answersOf = async (client: TestClient, frames: readonly unknown[]): Promise<string[]> => {
      const before = client.received.length;
      for (const frame of frames) client.send(frame);
      await vi.waitFor(() => expect(client.received).toHaveLength(before + frames.length), soon);
      type Status = { status: string; error?: { code: string } };
      return client
        .json()
        .slice(before)
        .flat()
        .map((each) => (each as Status).error?.code ?? (each as Status).status);
    };

    it('have what they signed taken, one message or several a frame', async () => {
      const { id, key } = await give({ signs: true });
      const { url } = await start();
      const session = newSession();
      const client = await openSession(url, key, session);
      const frames = [
        signed(id, session, 0, ingest('m1')),
        signed(id, session, 7, [ingest('m2'), ingest('m3')]),
      ];
      expect(await answersOf(client, frames)).toEqual(['accepted', 'accepted', 'accepted']);
    });

    it('have nothing taken that was changed, repeated, or signed by or for another', async () => {
      const [one, other] = [await give({ signs: true }), await give({ signs: true })];
      const { url, log } = await start();
      const [session, elsewhere] = [newSession(), newSession()];
      const client = await openSession(url, one.key, session);
      const good = signed(one.id, session, 5, ingest('m1'));
      expect(await answersOf(client, [good])).toEqual(['accepted']);
      const bad: unknown[] = [
        good,
        { ...good, sequence: 6 },
        signed(one.id, session, 4, ingest('m2')),
        { ...signed(one.id, session, 6, ingest('m3')), signed: JSON.stringify(ingest('m3', 'CP-2')) },
        signed(other.id, session, 6, ingest('m4')),
        signed(one.id, elsewhere, 6, ingest('m5')),
        ingest('m6'),
        [ingest('m7')],
        { ...good, sequence: 6, signature: '' },
        { ...good, sequence: 6, signature: good.signature.slice(2) },
        JSON.stringify({ ...good, sequence: 6 }).replace('6', '1e400'),
        { ...good, sequence: '6' },
        { ...good, more: 1 },
        '{"sequence":',
        '['.repeat(100_000),
      ];
      expect(await answersOf(client, bad)).toEqual(bad.map(() => 'invalid_signature'));
      expect(log.messages).toHaveLength(1);
      // And none of it has used up a sequence.
      expect(await answersOf(client, [signed(one.id, session, 6, ingest('m8'))])).toEqual(['accepted']);
    });

    it('are let in with a new session alone, begun now, whichever process had it', async () => {
      const { key } = await give({ signs: true });
      const [{ url }, sibling] = [await start(), await start()];
      const session = newSession();
      await openSession(url, key, session);
      const wrong = [
        undefined,
        '',
        session,
        newSession(Date.now() - 61_000),
        newSession(Date.now() + 120_000),
        `${Date.now()}.short`,
        `${Date.now()}.${'x'.repeat(65)}`,
        `${'9'.repeat(30)}.${'x'.repeat(22)}`,
        `${Date.now()}.${"' or 1=1 --".padEnd(22, 'x')}`,
      ];
      for (const each of wrong) await expect(openSession(url, key, each)).rejects.toThrow('HTTP 401');
      await expect(openSession(sibling.url, key, session)).rejects.toThrow('HTTP 401');
      await openSession(sibling.url, key, newSession());
    });

    it('are not spared it by a ticket', async () => {
      const { id, key } = await give({ signs: true });
      const { url } = await start();
      const principal = await new AccessKeys({ find: (ids) => readAccessKeys(pool, ids), hash }).verify(key);
      if (principal === null) throw new Error('the key is not known');
      const { ticket } = await storedTickets(pool).issue(principal);
      await expect(TestClient.open(`${url}/ingest?ticket=${ticket}`)).rejects.toThrow('HTTP 401');
      const { ticket: another } = await storedTickets(pool).issue(principal);
      const session = newSession();
      const client = await TestClient.open(`${url}/ingest?ticket=${another}`, undefined, {
        headers: { 'meterpulse-session': session },
      });
      expect(await answersOf(client, [ingest('m1'), signed(id, session, 0, ingest('m2'))])).toEqual([
        'invalid_signature',
        'accepted',
      ]);
    });

    it('are the clients and the SDK of meterpulse, which sign by themselves', async () => {
      const { id, key } = await give({ signs: true });
      const { url, log } = await start();
      const directory = await mkdtemp(join(tmpdir(), 'mp-signing-'));
      onTestFinished(() => rm(directory, { recursive: true }));
      const signingSecret = hash.signingSecret(id);
      const keyFile = join(directory, 'depot.key');
      const file = join(directory, 'rows.csv');
      await writeFile(keyFile, `${key}\n${signingSecret}\n`);
      const payload = JSON.stringify(meterValues()).replaceAll('"', '""');
      await writeFile(file, `charge_point_id,payload\nROW-1,"${payload}"\nROW-2,"${payload}"\n`);
      const shows = ['--url', url, '--key-file', keyFile];
      const fleet = ['--protocol', 'json', '--charge-points', '2', '--rate', '40', '--duration', '1s'];
      for (const run of [
        await meterpulse(['replay', '--file', file, '--connections', '2', '--strict', ...shows]),
        await meterpulse(['simulate', ...fleet, ...shows]),
        await meterpulse([
          'client',
          '--id',
          'HAND-1',
          '--protocol',
          'json',
          '--exec',
          'send 1 kWh',
          ...shows,
        ]),
      ]) {
        expect([run.code, run.stderr]).toEqual([0, '']);
        expect(run.stdout).not.toContain(signingSecret);
      }
      const options = { liveUrl: `${url}/live`, ingestUrl: `${url}/ingest`, token: key };
      const reading = { chargePointId: 'SDK-1', timestamp: new Date(), value: 1, unit: 'kWh' };
      const live = createLiveClient({ ...options, signingSecret });
      onTestFinished(() => live.close());
      expect(await live.push([reading, reading])).toEqual([{ status: 'accepted' }, { status: 'accepted' }]);
      const told = new Set(log.messages.map(({ key: chargePointId }) => chargePointId));
      expect([...told].sort()).toEqual(['HAND-1', 'ROW-1', 'ROW-2', 'SDK-1', 'SIM-1', 'SIM-2']);
    });

    it('leave no session behind once its time is refused anyway', async () => {
      const row = { keyId: 'abcdefghijkl', session: 'old', expiresAtMs: Date.now() - 1 };
      expect(await claimSigningSession(pool, row)).toBe(true);
      expect(
        await claimSigningSession(pool, { ...row, session: 'new', expiresAtMs: Date.now() + 60_000 }),
      ).toBe(true);
      const { rows } = await pool.query('select session from signing_sessions where key_id = $1', [
        row.keyId,
      ]);
      expect(rows).toEqual([{ session: 'new' }]);
    });
  });

  it('come in with a ticket, once, and stay for as long as who asked for it may', async () => {
    const { url } = await start();
    const witness = await give({});
    const expiresAt = new Date(Date.now() + 2_000);
    const principal = {
      name: 'page',
      scopes: new Set(['readings:write'] as const),
      sites: new Set(['north']),
    };
    const { ticket } = await storedTickets(pool).issue({
      ...{ ...principal, chargePointIds: null, expiresAt: expiresAt.getTime() },
    });
    const page = await TestClient.open(`${url}/ingest?ticket=${ticket}`);
    await expect(TestClient.open(`${url}/ingest?ticket=${ticket}`)).rejects.toThrow();
    // Who is inside was looked at again when this one is gone.
    const other = await open(url, witness.key);
    await revokeAccessKey(pool, witness.id);
    await other.closed;
    page.send([ingest('1', 'N-1'), ingest('2', 'S-1')]);
    await vi.waitFor(() => expect(page.received).toHaveLength(1), soon);
    expect(page.json()).toMatchObject([[{ status: 'accepted' }, { error: { code: FORBIDDEN } }]]);
    await page.closed;
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt.getTime());
  });

  it('speak for every charge point where their key names none', async () => {
    const { key } = await give({});
    expect(await answers(key, ['N-1', 'new'])).toEqual({ 'N-1': 'accepted', new: 'accepted' });
  });

  it('speak for the charge points of their sites alone, and for none that is not registered', async () => {
    const { key } = await give({ sites: ['north'] });
    expect(await answers(key, ['N-1', 'N-2', 'S-1', 'X-1', 'new', 'n-1'])).toEqual({
      ...{ 'N-1': 'accepted', 'N-2': 'accepted', 'S-1': FORBIDDEN, 'X-1': FORBIDDEN },
      ...{ new: FORBIDDEN, 'n-1': FORBIDDEN },
    });
  });

  it('speak for the charge points alone that their key names, of those of its sites', async () => {
    const { key } = await give({ chargePointIds: ['N-1', 'S-1', 'new'] });
    expect(await answers(key, ['N-1', 'N-2', 'S-1', 'new'])).toEqual({
      ...{ 'N-1': 'accepted', 'N-2': FORBIDDEN, 'S-1': 'accepted', new: 'accepted' },
    });
    const { key: both } = await give({ chargePointIds: ['N-1', 'S-1'], sites: ['north'] });
    expect(await answers(both, ['N-1', 'N-2', 'S-1'])).toEqual({
      ...{ 'N-1': 'accepted', 'N-2': FORBIDDEN, 'S-1': FORBIDDEN },
    });
    const { key: none } = await give({ chargePointIds: [] });
    expect(await answers(none, ['N-1'])).toEqual({ 'N-1': FORBIDDEN });
  });

  it('are refused without a key, with one that is none, and with one that is not for sending', async () => {
    const { port, metric } = await start();
    const reader = await give({ scopes: ['readings:read', 'registry:write'] });
    const expired = await give({ expiresAt: new Date(Date.now() - 1) });
    const { key } = await give({});
    for (const authorization of [
      undefined,
      'Bearer',
      `Basic ${key}`,
      `Bearer ${newAccessKey().key}`,
      `Bearer ${expired.key}`,
    ]) {
      expect(await statusOf(port, authorization), authorization).toBe(401);
    }
    expect(await statusOf(port, `Bearer ${reader.key}`)).toBe(403);
    expect(await statusOf(port, `Bearer ${key}`)).toBe(101);
    expect(await metric('meterpulse_gateway_connections_total', { outcome: 'unauthorised' })).toBe(5);
    expect(await metric('meterpulse_gateway_connections_total', { outcome: 'forbidden' })).toBe(1);
    const raw = new RawClient(port).upgrade('/ingest');
    await raw.closed;
    expect(raw.received.toLowerCase()).toContain('www-authenticate: bearer realm=');
  });

  it('are closed with 4003 when their key is revoked, or ends', async () => {
    const { url } = await start();
    const revoked = await give({});
    const expiring = await give({ expiresAt: new Date(Date.now() + 1_000) });
    const clients = await Promise.all([open(url, revoked.key), open(url, expiring.key)]);
    await revokeAccessKey(pool, revoked.id);
    for (const client of clients) expect(await client.closed).toMatchObject({ code: 4003 });
  });

  it('stay while that can not be found out, and are asked to come back at the door', async () => {
    const state = { away: false };
    const { url, port, log } = await start(state);
    const { key } = await give({ sites: ['north'] });
    const client = await open(url, key);
    state.away = true;
    const raw = new RawClient(port).upgrade('/ingest', `Authorization: Bearer ${key}`);
    await raw.closed;
    expect(raw.status).toBe(503);
    expect(raw.received).not.toContain('secret');
    client.send(ingest('a', 'N-1'));
    await vi.waitFor(() => expect(log.messages).toHaveLength(1), soon);
  });

  it('speak for a charge point from when it comes to their site, and no more when it leaves', async () => {
    const { url } = await start();
    const { key } = await give({ sites: ['east'] });
    const client = await open(url, key);
    const told = async (): Promise<unknown> => {
      const before = client.received.length;
      client.send(ingest('a', 'E-1'));
      await vi.waitFor(() => expect(client.received.length).toBeGreaterThan(before), soon);
      return (client.json()[before] as { status: string }).status;
    };
    expect(await told()).toBe('rejected');
    await pool.query("insert into charge_points (id, site) values ('E-1', 'east')");
    await vi.waitFor(async () => expect(await told()).toBe('accepted'), soon);
    await pool.query("update charge_points set site = 'north' where id = 'E-1'");
    await vi.waitFor(async () => expect(await told()).toBe('rejected'), soon);
  });

  it('may be pages, whose token is not sent back as the protocol', async () => {
    const { url } = await start();
    const { key } = await give({});
    const bearer = `bearer.${Buffer.from(key).toString('base64url')}`;
    const client = await TestClient.open(`${url}/ingest`, ['meterpulse', bearer]);
    expect(client.ws.protocol).toBe('meterpulse');
  });
});
