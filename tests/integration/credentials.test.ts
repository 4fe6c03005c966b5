import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FrameSigner } from '../../client/live/frame-signer.js';
import { loadConfig } from '../../config/config.js';
import {
  createAccess,
  createDeviceIdentity,
  createSenderIdentity,
} from '../../server/compose/access-part.js';
import { createPool, type Pool } from '../../store/pool.js';
import { PATIENCE as soon } from '../harness/eventually.js';
import { ingest, startGateway, TestClient } from '../harness/gateway.js';
import { meterpulse } from '../harness/meterpulse.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

const CREDENTIALS_KEY = 'ab'.repeat(32);
const logger = pino({ level: 'silent' });

describe('meterpulse credentials', () => {
  let database: TestDatabase;
  let pool: Pool;
  let environment: Record<string, string>;
  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    pool = createPool({ url: database.url, max: 2, applicationName: 'test' });
    environment = { DATABASE_URL: database.url, CREDENTIALS_KEY };
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const run = (...args: string[]) => meterpulse(['credentials', ...args], environment);
  const fresh = (variables: Record<string, string> = { CREDENTIALS_KEY }) => ({
    config: loadConfig(variables, false).config,
    logger,
  });
  const identify = (token: string, context = fresh()) =>
    createAccess(context, pool).identify({
      headers: { authorization: `Bearer ${token}` },
      remoteAddress: '127.0.0.1',
    });
  const isItself = (id: string, password: string) =>
    createDeviceIdentity(fresh(), pool).isItself(
      id,
      `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}`,
    );

  it('makes a key that roles take until it is revoked, and shows it once', async () => {
    const options = ['--scope', 'readings:read', '--scope', 'readings:write', '--site', 'north', '--json'];
    const { code, stdout } = await run('key', 'create', '--name', 'billing', ...options, '--expires', '90d');
    expect(code).toBe(0);
    const { id, key } = JSON.parse(stdout) as { id: string; key: string };
    const principal = await identify(key);
    expect(principal).toMatchObject({
      name: `billing (${id})`,
      scopes: new Set(['readings:read', 'readings:write']),
      sites: new Set(['north']),
      chargePointIds: null,
    });
    expect(principal?.expiresAt).toBeGreaterThan(Date.now() + 89 * 86_400_000);

    const listed = await run('key', 'list', '--json');
    expect(JSON.parse(listed.stdout)).toEqual([
      expect.objectContaining({ id, name: 'billing', revokedAt: null }),
    ]);
    expect(listed.stdout + listed.stderr).not.toContain(key.slice(16));
    expect(listed.stdout).not.toContain('hash');

    expect((await run('key', 'revoke', id)).code).toBe(0);
    expect(await identify(key)).toBeNull();
    const unknown = await run('key', 'revoke', '000000000000');
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain('there is no key 000000000000');
  });

  it('gives charge points passwords, of which the one before stays good for a while or not at all', async () => {
    const give = async (...more: string[]): Promise<string> => {
      const { stdout } = await run('charge-point', 'create', 'CP-1', 'Depot/7', '--json', ...more);
      const given = JSON.parse(stdout) as { chargePointId: string; password: string }[];
      expect(given.map(({ chargePointId }) => chargePointId)).toEqual(['CP-1', 'Depot/7']);
      return given[0]?.password ?? '';
    };
    const first = await give();
    const second = await give();
    for (const password of [first, second]) expect(await isItself('CP-1', password)).toBe(true);
    expect(await isItself('Depot/7', second)).toBe(false);
    const third = await give('--grace', '0s');
    for (const password of [first, second]) expect(await isItself('CP-1', password)).toBe(false);
    expect(await isItself('CP-1', third)).toBe(true);

    const { stdout } = await run('charge-point', 'list', '--json');
    expect(
      (JSON.parse(stdout) as { chargePointId: string }[]).map(({ chargePointId }) => chargePointId),
    ).toEqual(['CP-1', 'Depot/7']);
    expect((await run('charge-point', 'revoke', 'CP-1')).code).toBe(0);
    expect(await isItself('CP-1', third)).toBe(false);
    expect((await run('charge-point', 'revoke', 'CP-1')).stderr).toContain('CP-1 has no password');
  });

  it('makes keys and passwords that outlast their CREDENTIALS_KEY for as long as it stands behind the new one', async () => {
    const NEW = 'cd'.repeat(32);
    const [old, both, done] = [CREDENTIALS_KEY, `${NEW},${CREDENTIALS_KEY}`, NEW];
    const under = (key: string, ...args: string[]) =>
      meterpulse(['credentials', ...args], { ...environment, CREDENTIALS_KEY: key });
    const make = async (key: string) => {
      const created = await under(
        key,
        'key',
        'create',
        '--name',
        'r',
        '--scope',
        'readings:write',
        '--signed',
      );
      const [accessKey = '', signingSecret = ''] = created.stdout.trim().split('\n');
      const given = await under(key, 'charge-point', 'create', 'ROT-1', '--json');
      const [{ password } = { password: '' }] = JSON.parse(given.stdout) as { password: string }[];
      return { accessKey, signingSecret, password };
    };
    const isKnown = async (
      key: string,
      { accessKey, signingSecret, password }: Awaited<ReturnType<typeof make>>,
    ) => {
      const context = fresh({ CREDENTIALS_KEY: key });
      const { url } = await startGateway(
        {},
        { identity: createDeviceIdentity(context, pool), senders: createSenderIdentity(context, pool) },
      );
      const authorization = `Basic ${Buffer.from(`ROT-1:${password}`).toString('base64')}`;
      const device = TestClient.open(`${url}/ocpp/ROT-1`, 'ocpp1.6', { headers: { authorization } });
      const signer = new FrameSigner(signingSecret);
      const headers = { authorization: `Bearer ${accessKey}`, ...signer.headers };
      const sender = TestClient.open(`${url}/ingest`, undefined, { headers });
      const signs = sender.then(async (client) => {
        client.ws.send(signer.sign(JSON.stringify(ingest('m1'))));
        await vi.waitFor(() => expect(client.received).toHaveLength(1), soon);
        return client.json();
      });
      const [opened, answered] = await Promise.allSettled([device, signs]);
      return {
        password: opened.status,
        key: (await identify(accessKey, context)) !== null,
        signature: answered.status === 'fulfilled' && JSON.stringify(answered.value).includes('accepted'),
      };
    };
    const all = { password: 'fulfilled', key: true, signature: true };
    const none = { password: 'rejected', key: false, signature: false };

    const before = await make(old);
    expect(await isKnown(both, before)).toEqual(all);
    const after = await make(both);
    expect(await isKnown(both, before)).toEqual(all);
    expect(await isKnown(both, after)).toEqual(all);
    expect(await isKnown(old, after)).toEqual(none);
    expect(await isKnown(done, after)).toEqual(all);
    expect(await isKnown(done, before)).toEqual(none);
  });

  it('gives what replay and simulate show, and the gateway takes it from them alone', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'mp-shown-'));
    const { url } = await startGateway(
      {},
      { identity: createDeviceIdentity(fresh(), pool), senders: createSenderIdentity(fresh(), pool) },
    );
    const key = await run('key', 'create', '--name', 'replay', '--scope', 'readings:write');
    await writeFile(join(directory, 'key'), key.stdout);
    const passwords = await run('charge-point', 'create', 'R-1', 'SIM-1', 'SIM-2');
    await writeFile(join(directory, 'passwords'), passwords.stdout);
    const payload =
      '{"connectorId":1,"meterValue":[{"timestamp":"2026-03-10T06:00:00Z","sampledValue":[{"value":"1"}]}]}';
    await writeFile(
      join(directory, 'rows.csv'),
      `charge_point_id,payload\nR-1,"${payload.replaceAll('"', '""')}"\n`,
    );
    const replay = ['replay', '--url', url, '--file', join(directory, 'rows.csv'), '--strict', '--json'];
    const shown = ['--key-file', join(directory, 'key'), '--passwords-file', join(directory, 'passwords')];
    for (const [protocol, refusal] of [
      ['json', 'HTTP 401'],
      ['ocpp1.6', '"refused":1'],
    ] as const) {
      const unknown = await meterpulse([...replay, '--protocol', protocol]);
      expect(unknown.code).toBe(1);
      expect(unknown.stdout + unknown.stderr).toContain(refusal);
      const known = await meterpulse([...replay, '--protocol', protocol, ...shown]);
      expect(known.code, known.stderr).toBe(0);
      expect(JSON.parse(known.stdout)).toMatchObject({ acknowledged: 1 });
    }
    const fleet = [
      'simulate',
      '--url',
      url,
      '--charge-points',
      '2',
      '--protocol',
      'ocpp2.0.1',
      '--rate',
      '20',
      '--duration',
      '1s',
    ];
    const simulated = await meterpulse([...fleet, '--json', ...shown]);
    expect(simulated.code, simulated.stderr).toBe(0);
    await rm(directory, { recursive: true });
  });

  it('makes nothing without the key of hashes, and says what to set', async () => {
    const without = { DATABASE_URL: database.url };
    const { code, stderr } = await meterpulse(['credentials', 'charge-point', 'create', 'CP-2'], without);
    expect(code).toBe(1);
    expect(stderr).toContain('CREDENTIALS_KEY');
    expect(stderr).toContain('openssl rand -hex 32');
    expect((await meterpulse(['credentials', 'key', 'list', '--json'], without)).code).toBe(0);
  });

  it.each<[string, string[]]>([
    ['a scope that there is not', ['key', 'create', '--name', 'a', '--scope', 'root']],
    ['no scope', ['key', 'create', '--name', 'a']],
    ['a name of spaces', ['key', 'create', '--name', '  ', '--scope', 'admin']],
    [
      'a key that ends before it begins',
      ['key', 'create', '--name', 'a', '--scope', 'admin', '--expires', '0s'],
    ],
    ['a control character in a charge point', ['charge-point', 'create', 'CP\u0007']],
    ['a whole key to revoke', ['key', 'revoke', `mp_000000000000_${'a'.repeat(43)}`]],
  ])('refuses %s', async (_, args) => {
    expect(await run(...args)).toMatchObject({ code: 1, stdout: '' });
  });

  it('knows no key and no password under another key of hashes', async () => {
    const { stdout } = await run('key', 'create', '--name', 'a', '--scope', 'admin');
    const key = stdout.trim();
    expect(await identify(key)).not.toBeNull();
    expect(await identify(key, fresh({ CREDENTIALS_KEY: 'cd'.repeat(32) }))).toBeNull();
  });

  it('is nothing that a role asks for where it takes tokens alone', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'mp-keys-'));
    const { publicKey } = generateKeyPairSync('ed25519');
    await writeFile(join(directory, 'keys'), publicKey.export({ type: 'spki', format: 'pem' }));
    const context = fresh({
      JWT_ISSUER: 'https://id.example.com',
      JWT_AUDIENCE: 'meterpulse',
      JWT_KEYS_FILE: join(directory, 'keys'),
    });
    const { stdout } = await run('key', 'create', '--name', 'a', '--scope', 'admin');
    expect(await identify(stdout.trim(), context)).toBeNull();
    expect(await createDeviceIdentity(context, pool).isItself('CP-1', 'Basic Q1AtMTphYmM=')).toBe(false);
    await rm(directory, { recursive: true });
  });

  it('is not needed where nobody is asked', async () => {
    expect(await createAccess(fresh({}), pool).identify({ headers: {}, remoteAddress: '' })).toMatchObject({
      name: 'anybody',
    });
  });
});
