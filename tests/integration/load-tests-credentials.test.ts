import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../config/config.js';
import type { LoadReport } from '../../load-tests/report/report.js';
import {
  createAccess,
  createDeviceIdentity,
  createSenderIdentity,
} from '../../server/compose/access-part.js';
import { createPool, type Pool } from '../../store/pool.js';
import { startApi } from '../harness/api.js';
import { startGateway } from '../harness/gateway.js';
import { createTestTrust, listenerTls, type TestTrust } from '../harness/listener-tls.js';
import { startLive } from '../harness/live.js';
import { meterpulse } from '../harness/meterpulse.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

const VARIABLES = { AUTHENTICATION: 'required', CREDENTIALS_KEY: 'cd'.repeat(32) };
const TIMEOUT_MS = 240_000;
/** No worker stores here what a subscriber would wait for. */
const SCENARIOS = ['--scenario', 'steady,slow-consumers,api-queries'];
const LOAD = ['--sockets', '20', '--minutes', '0.05', '--rate', '20'];
/** How fast a machine full of other tests is proves nothing. */
const ANY_SPEED = ['readings.latency', 'queries.latency'].flatMap((time) => [
  ...['--ensure', `${time}.p99 < 250000`],
]);

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function loadTesting(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'load-tests/main.ts', ...args]);
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...text };
}

describe('a load test of what asks for credentials, by TLS', () => {
  let database: TestDatabase;
  let pool: Pool;
  let trust: TestTrust;
  let file: (name: string) => string;
  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    pool = createPool({ url: database.url, max: 4, applicationName: 'test' });
    trust = await createTestTrust();
    file = (name) => join(trust.directory, name);
    const create = async (name: string, ...args: readonly string[]): Promise<void> => {
      const made = await meterpulse(['credentials', ...args], { DATABASE_URL: database.url, ...VARIABLES });
      expect(made.code, made.stderr).toBe(0);
      await writeFile(file(name), made.stdout);
    };
    const listed = await loadTesting(...LOAD, '--list-charge-points');
    expect(listed).toMatchObject({ code: 0, err: '' });
    const ids = listed.out.trimEnd().split('\n');
    expect(ids).toHaveLength(20);
    const key = ['key', 'create', '--name', 'load', '--scope'];
    await Promise.all([
      create('load.passwords', 'charge-point', 'create', ...ids),
      create('load.key', ...key, 'readings:read', '--scope', 'readings:write'),
      create('read.key', ...key, 'readings:read'),
      create('write.key', ...key, 'readings:write'),
      create('north.key', ...key, 'readings:read', '--scope', 'readings:write', '--site', 'north'),
    ]);
    const lines = (await readFile(file('load.passwords'), 'utf8')).split('\n');
    await writeFile(file('few.passwords'), lines.slice(0, 15).join('\n'));
    await writeFile(file('wrong.passwords'), ids.map((id) => `${id}\t${'0'.repeat(40)}\n`).join(''));
  }, TIMEOUT_MS);
  afterAll(async () => {
    await pool.end();
    await database.drop();
    await trust.remove();
  });

  /** All doors, and who may come in as AUTHENTICATION=required has it. */
  async function start() {
    const context = { config: loadConfig(VARIABLES, false).config, logger: pino({ level: 'silent' }) };
    const access = createAccess(context, pool);
    const tls = (name: 'gateway' | 'live' | 'api') =>
      listenerTls({ certFile: trust.server.certFile, keyFile: trust.server.keyFile }, { name });
    const gateway = await startGateway(
      { tls: tls('gateway') },
      { identity: createDeviceIdentity(context, pool), senders: createSenderIdentity(context, pool) },
    );
    const live = await startLive(database.url, { tls: tls('live') }, { access });
    const api = await startApi({ databaseUrl: database.url, access, tls: tls('api') });
    onTestFinished(() => api.stop());
    return {
      log: gateway.log,
      url: ['--url', `wss://127.0.0.1:${gateway.port}`],
      all: [
        ...['--live-url', `wss://127.0.0.1:${live.port}`, '--api-url', `https://127.0.0.1:${api.port}`],
        ...['--url', `wss://127.0.0.1:${gateway.port}`],
      ],
    };
  }
  const shown = (passwords: string, key: string) => [
    ...['--ca-file', trust.serverCa.caFile],
    ...['--passwords-file', file(passwords), '--key-file', file(key)],
  ];

  it(
    'shows passwords and a key, and has everything acknowledged',
    async () => {
      const { all, log } = await start();
      const [json, html] = [file('report.json'), file('report.html')];
      const ended = await loadTesting(
        ...[...all, ...shown('load.passwords', 'load.key'), ...LOAD, ...SCENARIOS, ...ANY_SPEED],
        ...['--json', json, '--html', html],
      );
      expect(ended.code, ended.err + ended.out).toBe(0);
      const text = await readFile(json, 'utf8');
      const { totals } = JSON.parse(text) as LoadReport;
      expect(totals.errors).toEqual({});
      expect(totals.counters['readings.acknowledged']).toBeGreaterThan(20);
      expect(totals.counters['queries.answered']).toBeGreaterThan(0);
      expect(totals.counters['sockets.opened']).toBe(22);
      expect(log.messages.length).toBeGreaterThan(0);
      const secrets = (await readFile(file('load.passwords'), 'utf8')).split(/\s/);
      secrets.push((await readFile(file('load.key'), 'utf8')).trim());
      const output = [text, await readFile(html, 'utf8'), ended.out, ended.err].join('\n');
      expect(secrets.filter((secret) => /^(mp_.*|[0-9a-f]{40})$/.test(secret))).toHaveLength(21);
      for (const secret of secrets) {
        if (/^(mp_.*|[0-9a-f]{40})$/.test(secret)) expect(output.includes(secret)).toBe(false);
      }
    },
    TIMEOUT_MS,
  );

  it(
    'is refused before it begins, in one line with the remedy, where something lacks',
    async () => {
      const { url, all, log } = await start();
      const ca = ['--ca-file', trust.serverCa.caFile];
      const cases: readonly (readonly [readonly string[], RegExp])[] = [
        [url, /^error: no answer of a gateway at wss:.* certificate.*: give --ca-file/],
        [[...url, ...ca], /asks charge points for passwords \(401\): give --passwords-file/],
        [
          [...url, ...ca, '--passwords-file', file('load.passwords')],
          /asks for a key on \/ingest \(401\): give --key-file/,
        ],
        [
          [...url, ...shown('few.passwords', 'load.key')],
          /few\.passwords has no password for 5 of 20 charge points, the first is LOAD-steady-0-15: .*--list-charge-points/,
        ],
        [
          [...url, ...shown('wrong.passwords', 'load.key')],
          /doesn't take the password in .*wrong\.passwords/,
        ],
        [[...url, ...shown('none', 'load.key')], /none can't be used: it could not be read\. Give the file/],
        [[...url, ...shown('load.passwords', 'read.key')], /read\.key send readings on \/ingest \(403\)/],
        [[...all, ...shown('load.passwords', 'write.key')], /write\.key hear of readings \(403\)/],
        [
          [...all, ...shown('load.passwords', 'north.key')],
          /north\.key ask for figures of all sites \(403\)/,
        ],
      ];
      const ended = await Promise.all(cases.map(([args]) => loadTesting(...args, ...LOAD)));
      for (const [at, { code, out, err }] of ended.entries()) {
        const [, line = /never/] = cases[at] ?? [];
        expect(err).toMatch(line);
        expect(err.trimEnd().split('\n')).toHaveLength(1);
        expect([code, out]).toEqual([2, '']);
      }
      expect(log.messages).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
