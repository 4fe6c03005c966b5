import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PATIENCE as soon } from '../harness/eventually.js';
import { TestClient } from '../harness/gateway.js';
import { meterpulse, startMeterpulse, type Running } from '../harness/meterpulse.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

const KAFKA_PASSWORD = `kafka-${randomBytes(12).toString('hex')}`;
const CREDENTIALS_KEY = randomBytes(32).toString('hex');
const FIRST_KEY = randomBytes(32).toString('base64');
const SECOND_KEY = randomBytes(32).toString('base64');
/** No secrets of ours, and nobody's business in logs and metrics either. */
const ID_TAG = `TAG-${randomBytes(6).toString('hex')}`;
const LABEL = `Label ${randomBytes(6).toString('hex')}`;

/** A whole run at debug, with all that fails in it; then nothing of what was printed or told beside the rows has a secret. */
describe('secrets', () => {
  let database: TestDatabase;
  let directory: string;
  let environment: Record<string, string>;
  let running: Running | undefined;
  let databasePassword: string;
  let key: string;
  let password: string;
  let ticket = '';
  /** By where it was printed. */
  const output = new Map<string, string>();
  const ports: Record<'gateway' | 'api' | 'admin', number> = { gateway: 0, api: 0, admin: 0 };

  const told = async (args: readonly string[], given: Readonly<Record<string, string>>): Promise<string> => {
    const { stdout, stderr } = await meterpulse(args, given);
    output.set(`meterpulse ${args.join(' ')} (${output.size})`, `${stdout}${stderr}`);
    return `${stdout}${stderr}`;
  };
  const ask = (
    path: string,
    options: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> } = {},
    port = ports.api,
  ) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      ...options,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...options.headers },
    });
  const basic = (id: string, secret: string) => ({
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
  });

  beforeAll(async () => {
    [database, directory] = await Promise.all([
      createTestDatabase({ migrated: true }),
      mkdtemp(join(tmpdir(), 'meterpulse-secrets-')),
    ]);
    const file = async (name: string, text: string): Promise<string> => {
      const path = join(directory, name);
      await writeFile(path, `${text}\n`);
      return path;
    };
    const url = new URL(database.url);
    databasePassword = url.password;
    url.password = '';
    environment = {
      DATA_DIR: join(directory, 'data'),
      DATABASE_URL: url.href,
      DATABASE_PASSWORD_FILE: await file('database', databasePassword),
      CREDENTIALS_KEY_FILE: await file('credentials', CREDENTIALS_KEY),
      DATA_KEYS_FILE: await file('data-keys', `first=${FIRST_KEY}\nsecond=${SECOND_KEY}`),
      LOG_LEVEL: 'debug',
      ...{ GATEWAY_PORT: '0', API_PORT: '0', LIVE_PORT: '0', ADMIN_PORT: '0', GATEWAY_PROCESSES: '1' },
      GATEWAY_DRAIN_MS: '0',
    };
    const created = await meterpulse(
      ['credentials', 'key', 'create', '--name', 'test', '--json'].concat(
        ['readings:read', 'registry:write', 'commands:send', 'admin'].flatMap((scope) => ['--scope', scope]),
      ),
      environment,
    );
    expect(created).toMatchObject({ code: 0, stderr: '' });
    key = (JSON.parse(created.stdout) as { key: string }).key;
    const given = await meterpulse(['credentials', 'charge-point', 'create', 'CP-1', '--json'], environment);
    password = (JSON.parse(given.stdout) as [{ password: string }])[0].password;
    output.set('standard error of credentials', `${created.stderr}${given.stderr}`);

    const started = startMeterpulse(['all'], environment);
    running = started;
    const port = async (pattern: RegExp): Promise<number> => Number((await started.said(pattern))[1]);
    ports.gateway = await port(/gateway on ws:\/\/127\.0\.0\.1:(\d+)/);
    ports.api = await port(/REST API on http:\/\/127\.0\.0\.1:(\d+)/);
    ports.admin = await port(/health and metrics on http:\/\/127\.0\.0\.1:(\d+)/);
  });
  afterAll(async () => {
    await running?.stop();
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  });

  it('are shown and refused at every door', async () => {
    const made = await ask('/v1/charge-points', {
      method: 'POST',
      body: JSON.stringify({ id: 'CP-1', label: LABEL, site: 'Depot' }),
    });
    expect(made.status).toBe(201);
    const got = await ask('/v1/tickets', { method: 'POST', body: '{}' });
    ticket = ((await got.json()) as { ticket: string }).ticket;
    expect(ticket.length).toBeGreaterThan(20);
    for (const [path, headers] of [
      ['/v1/stats', { authorization: `Bearer ${key.slice(0, -1)}x` }],
      ['/v1/stats', { authorization: key }],
      [`/v1/stats?key=${key}`, { authorization: '' }],
      [`/v1/charge-points/${encodeURIComponent(key)}`, {}],
      ['/v1/nowhere', {}],
    ] as const) {
      const response = await ask(path, { headers });
      // Who asks is told the path that they asked for, which nobody else is.
      const answer = (await response.text()).replaceAll(encodeURIComponent(key), '');
      output.set(`answer ${response.status} of ${output.size}`, answer);
    }
    const client = await TestClient.open(
      `ws://127.0.0.1:${ports.gateway}/ocpp/CP-1`,
      'ocpp1.6',
      basic('CP-1', password),
    );
    const start = {
      ...{ connectorId: 1, idTag: ID_TAG, meterStart: 1_000 },
      timestamp: new Date().toISOString(),
    };
    client.send([2, 's', 'StartTransaction', start]);
    client.send([2, 'f', 'StartTransaction', { ...start, meterStart: 'none' }]);
    client.send([2, 'n', 'Authorize', { idTag: ID_TAG, more: 1 }]);
    await vi.waitFor(() => expect(client.received).toHaveLength(3), soon);
    for (const [id, secret] of [
      ['CP-1', `${password.slice(1)}0`],
      ['CP-2', password],
    ] as const) {
      await expect(
        TestClient.open(`ws://127.0.0.1:${ports.gateway}/ocpp/${id}`, 'ocpp1.6', basic(id, secret)),
      ).rejects.toThrow('HTTP 40');
    }
    await vi.waitFor(async () => {
      const { items } = (await (await ask('/v1/transactions')).json()) as { items: { idTag: string }[] };
      expect(items.map(({ idTag }) => idTag)).toContain(ID_TAG);
    }, soon);
  });

  it('are printed by no command, whether it succeeds or fails', async () => {
    const kafka = {
      ...environment,
      ...{ KAFKA_BROKERS: '127.0.0.1:1', KAFKA_SECURITY_PROTOCOL: 'SASL_SSL' },
      ...{ KAFKA_SASL_MECHANISM: 'SCRAM-SHA-256', KAFKA_SASL_USERNAME: 'meterpulse' },
      KAFKA_SASL_PASSWORD: KAFKA_PASSWORD,
    };
    const without = { ...environment, DATA_KEYS_FILE: '' };
    const short = { ...environment, CREDENTIALS_KEY_FILE: '', CREDENTIALS_KEY: CREDENTIALS_KEY.slice(1) };
    const nobody = { ...environment, DATABASE_URL: 'postgres://meterpulse@127.0.0.1:1/none' };
    const cases: readonly (readonly [string[], string, Record<string, string>])[] = [
      [['config'], 'DATA_KEYS=***', environment],
      [['config', '--json'], '"KAFKA_SASL_PASSWORD":"***"', kafka],
      [['credentials', 'key', 'list', '--json'], '"scopes"', environment],
      [['credentials', 'charge-point', 'list', '--json'], 'CP-1', environment],
      [['credentials', 'rotate-keys', '--json'], '"isComplete":true', environment],
      [['audit', '--format', 'ndjson'], 'charge-point.create', environment],
      [['api'], '[DATA_KEY_MISSING]', without],
      [['live'], '[DATA_KEY_WRONG]', { ...without, DATA_KEYS: `first=${SECOND_KEY}` }],
      [
        ['worker'],
        'DATA_KEYS is not valid',
        { ...without, DATA_KEYS: `first=${FIRST_KEY},first=${SECOND_KEY}` },
      ],
      [['api'], 'CREDENTIALS_KEY is not valid', short],
      [['credentials', 'key', 'list'], '[DATABASE_UNAVAILABLE]', nobody],
      [['migrate', '--wait', '0'], '[LOG_UNAVAILABLE]', kafka],
    ];
    await Promise.all(
      cases.map(async ([args, expected, given]) => expect(await told(args, given)).toContain(expected)),
    );
  });

  it('are in no metric, no page of documentation, no log line and no error', async () => {
    for (const [path, port] of [
      ['/metrics', ports.admin],
      ['/health/ready', ports.admin],
      ['/docs', ports.api],
      ['/openapi.json', ports.api],
    ] as const) {
      const response = await ask(path, {}, port);
      expect([path, response.status]).toEqual([path, 200]);
      output.set(path, await response.text());
    }
    expect(await running?.stop()).toBe(0);
    const lines = running?.lines ?? [];
    output.set('log', lines.join('\n'));
    expect(lines.length).toBeGreaterThan(10);

    const [, , , secretOfKey = ''] = /^(mp)_([0-9a-z]{12})_(.+)$/.exec(key) ?? [];
    const secrets: Record<string, string> = {
      ...{ databasePassword, KAFKA_PASSWORD, CREDENTIALS_KEY, FIRST_KEY, SECOND_KEY, ID_TAG, LABEL },
      ...{ key, secretOfKey, password, ticket },
      'the beginning of CREDENTIALS_KEY': CREDENTIALS_KEY.slice(0, 32),
      'FIRST_KEY without its padding': FIRST_KEY.slice(0, 43),
      'FIRST_KEY in hexadecimal': Buffer.from(FIRST_KEY, 'base64').toString('hex'),
      'password as it was sent': Buffer.from(`CP-1:${password}`).toString('base64'),
    };
    const shown = [...output].flatMap(([where, text]) =>
      Object.entries(secrets)
        .filter(([, secret]) => {
          expect(secret.length).toBeGreaterThanOrEqual(16);
          return text.includes(secret);
        })
        .map(([name]) => `${name} in ${where.slice(0, 100)}`),
    );
    expect(shown).toEqual([]);
  });
});
