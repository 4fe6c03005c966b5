import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ChargePointPasswords } from '../../server/access/charge-point-passwords.js';
import { newChargePointPassword, SecretHash } from '../../server/access/secrets.js';
import {
  readPasswordHashes,
  removePasswords,
  setPassword,
} from '../../store/access/charge-point-passwords.js';
import { createPool, type Pool } from '../../store/pool.js';
import { PATIENCE as soon } from '../harness/eventually.js';
import { meterValues, RawClient, startGateway, TestClient } from '../harness/gateway.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

const hash = new SecretHash(Buffer.alloc(32, 1));
const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('charge points that have to show who they are', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    pool = createPool({ url: database.url, max: 2, applicationName: 'test' });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  /** Nothing is remembered: each connection asks the database. */
  const start = () =>
    startGateway(
      {},
      {
        identity: new ChargePointPasswords({ find: (ids) => readPasswordHashes(pool, ids), hash, ttlMs: 0 }),
      },
    );

  async function give(chargePointId: string, graceMs = 0): Promise<string> {
    const password = newChargePointPassword();
    await setPassword(pool, chargePointId, {
      hash: hash.ofPassword(chargePointId, Buffer.from(password)),
      graceMs,
    });
    return password;
  }

  async function statusOf(port: number, chargePointId: string, authorization?: string): Promise<number> {
    const raw = new RawClient(port).upgrade(
      `/ocpp/${encodeURIComponent(chargePointId)}`,
      'Sec-WebSocket-Protocol: ocpp1.6',
      ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    );
    await vi.waitFor(() => expect(raw.received).toContain('\r\n\r\n'), soon);
    raw.socket.destroy();
    return raw.status;
  }

  it('come in with their password, and their readings are taken', async () => {
    const { url } = await start();
    const password = await give('CP-1');
    const headers = { authorization: basic('CP-1', password) };
    const client = await TestClient.open(`${url}/ocpp/CP-1`, 'ocpp1.6', { headers });
    client.send([2, 'v', 'MeterValues', meterValues()]);
    await vi.waitFor(() => expect(client.json()).toEqual([[3, 'v', {}]]), soon);
  });

  it('are refused with 401 and a challenge without it, with that of another, and in the name of another', async () => {
    const { port, metric } = await start();
    const [one, other] = [await give('CP-1'), await give('CP-2')];
    const wrong: [string, string | undefined][] = [
      ['CP-1', undefined],
      ['CP-1', basic('CP-1', other)],
      ['CP-1', basic('CP-2', other)],
      ['CP-2', basic('CP-1', one)],
      ['CP-3', basic('CP-3', one)],
      ["CP-1' or '1'='1", basic("CP-1' or '1'='1", one)],
      ['CP-1%', basic('CP-1%', one)],
    ];
    for (const [id, authorization] of wrong) expect(await statusOf(port, id, authorization), id).toBe(401);
    expect(await metric('meterpulse_gateway_connections_total', { outcome: 'unauthorised' })).toBe(
      wrong.length,
    );
    const raw = new RawClient(port).upgrade('/ocpp/CP-1', 'Sec-WebSocket-Protocol: ocpp1.6');
    await raw.closed;
    expect(raw.received.toLowerCase()).toContain('www-authenticate: basic realm=');
    expect(await statusOf(port, 'CP-1', basic('CP-1', one))).toBe(101);
  });

  it('are not told whether they are known before they have shown who they are', async () => {
    const password = await give('CP-1');
    const directory = { isKnown: () => Promise.resolve(false) };
    const identity = new ChargePointPasswords({
      find: (ids) => readPasswordHashes(pool, ids),
      hash,
      ttlMs: 0,
    });
    const { port } = await startGateway({}, { identity, directory });
    expect(await statusOf(port, 'CP-1')).toBe(401);
    expect(await statusOf(port, 'CP-9', basic('CP-9', password))).toBe(401);
    expect(await statusOf(port, 'CP-1', basic('CP-1', password))).toBe(404);
  });

  it('come in by the old password and the new one until the old one ends', async () => {
    const { port } = await start();
    const old = await give('CP-1');
    const next = await give('CP-1', 3_600_000);
    expect(await statusOf(port, 'CP-1', basic('CP-1', old))).toBe(101);
    expect(await statusOf(port, 'CP-1', basic('CP-1', next))).toBe(101);
    await pool.query(
      "update charge_point_passwords set expires_at = now() - interval '1 s' where expires_at is not null",
    );
    expect(await statusOf(port, 'CP-1', basic('CP-1', old))).toBe(401);
    expect(await statusOf(port, 'CP-1', basic('CP-1', next))).toBe(101);
  });

  it('never live longer by being replaced: the earlier of two ends counts', async () => {
    const { port } = await start();
    const first = await give('CP-1');
    await give('CP-1', 1);
    await give('CP-1', 3_600_000);
    await vi.waitFor(async () => expect(await statusOf(port, 'CP-1', basic('CP-1', first))).toBe(401), soon);
  });

  it('are refused with every password once theirs are removed', async () => {
    const { port } = await start();
    const old = await give('CP-1');
    const next = await give('CP-1', 3_600_000);
    expect(await removePasswords(pool, 'CP-1')).toBeGreaterThanOrEqual(2);
    for (const password of [old, next])
      expect(await statusOf(port, 'CP-1', basic('CP-1', password))).toBe(401);
    expect(await removePasswords(pool, 'CP-1')).toBe(0);
  });

  it('are asked to come back while that can not be found out', async () => {
    const identity = { isItself: () => Promise.reject(new Error('database down: secret')) };
    const { port } = await startGateway({}, { identity });
    const raw = new RawClient(port).upgrade('/ocpp/CP-1', 'Sec-WebSocket-Protocol: ocpp1.6');
    await raw.closed;
    expect(raw.status).toBe(503);
    expect(raw.received.toLowerCase()).toMatch(/retry-after: [1-9]/);
    expect(raw.received).not.toContain('secret');
  });
});
