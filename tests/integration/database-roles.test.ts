import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { ensureInbox } from '../../store/inbox-setup.js';
import { createPool, type Pool } from '../../store/pool.js';
import { DATABASE_ROLES, TABLE_RIGHTS, type DatabaseRole } from '../../store/roles/database-roles.js';
import { loginOf } from '../../store/roles/ensure-logins.js';
import { grantRoles } from '../../store/roles/grant-roles.js';
import { auditOf } from '../harness/audit.js';
import { freePorts } from '../harness/free-ports.js';
import { compactDays, emptyDays } from '../../store/compaction/compact-days.js';
import { retain } from '../../store/retention/retain.js';
import { runRollups } from '../harness/run-rollups.js';
import { count, Feeder, message, openStore, reading, T0 } from './store-harness.js';
import { meterpulse } from '../harness/meterpulse.js';
import { createTestDatabase, dropRoles, type TestDatabase } from '../harness/postgres.js';

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
const PARTS = ['worker', 'api', 'live', 'gateway'] as const;
const CREDENTIALS_KEY = randomBytes(32).toString('hex');
const [OLD_KEY, NEW_KEY] = [1, 2].map(() => randomBytes(32).toString('base64'));
const TAG = 'B4A63CDF';
const SOON = { timeout: 60_000, interval: 100 };

describe('the roles of the database', () => {
  // Roles are of the whole server, which other tests use too.
  const prefix = `t${randomBytes(6).toString('hex')}`;
  let database: TestDatabase;
  let owner: Pool;
  /** Of the users; those that are not there have their first. */
  const passwords = new Map<DatabaseRole, string>();
  let directory: string;
  const brokers = inject('kafkaBrokers');
  const onKafka: Record<string, string> =
    brokers === null ? {} : { KAFKA_BROKERS: brokers.join(','), KAFKA_TOPIC: prefix, KAFKA_GROUP: prefix };
  const processes: ChildProcess[] = [];
  let logged = '';

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    owner = createPool({ url: database.url, max: 4, applicationName: 'test' });
    await ensureInbox(owner, { partitions: 2 });
    await Promise.all([1, 2].map(() => grantRoles(owner, { prefix, create: true })));
    directory = await mkdtemp(join(tmpdir(), 'meterpulse-roles-'));
    for (const role of DATABASE_ROLES) await writeFile(join(directory, role), `first of ${role}\n`);
    expect(await migrate()).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    const ended = processes.map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of processes) child.kill('SIGKILL');
    await Promise.all(ended);
    await owner.end();
    await database.drop();
    await dropRoles(prefix);
    await rm(directory, { recursive: true, force: true });
  });

  /** As the owner. */
  function migrate(...args: string[]) {
    return meterpulse(['migrate', '--logins', directory, ...args], { ...asOwner(), ...onKafka });
  }
  const asOwner = (): Record<string, string> => ({
    ...{ DATABASE_URL: database.url, DATABASE_ROLE_PREFIX: prefix, CREDENTIALS_KEY },
    DATA_KEYS: `new=${NEW_KEY},old=${OLD_KEY}`,
  });

  function urlOf(role: DatabaseRole): string {
    const url = new URL(database.url);
    url.username = loginOf(prefix, role);
    url.password = passwords.get(role) ?? `first of ${role}`;
    return url.href;
  }

  async function as(role: DatabaseRole, sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: urlOf(role) });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it('have rights that somebody thought of for each table there is', async () => {
    const { rows } = await owner.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
         and relname !~ '^(readings_[0-9]{8}|audit_([0-9]{6}|rest))$' order by 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(TABLE_RIGHTS).sort());
  });

  it('are given nothing twice, and lose what is no longer theirs', async () => {
    await owner.query(`grant delete on audit to ${prefix}_api`);
    expect(await grantRoles(owner, { prefix, create: false })).toEqual(
      DATABASE_ROLES.map((role) => `${prefix}_${role}`),
    );
    await expect(as('api', 'delete from audit')).rejects.toThrow('permission denied');
    expect(await grantRoles(owner, { prefix: `${prefix}x`, create: false })).toEqual([]);
  });

  it.each([
    ['api', 'update audit set actor = null'],
    ['api', 'delete from audit'],
    ['api', 'truncate audit'],
    ['api', 'alter table audit disable trigger all'],
    ['api', 'select from audit'],
    ['api', 'insert into access_keys (id) values (null)'],
    ['api', 'select from charge_point_passwords'],
    ['api', 'delete from readings'],
    ['api', 'create table public.mine ()'],
    ['live', 'update charge_points set site = null'],
    ['live', 'select from charge_point_passwords'],
    ['gateway', 'update access_keys set revoked_at = null'],
    ['gateway', 'select from readings'],
    ['gateway', 'update charge_points set status = null'],
    ['gateway', "insert into charge_points (id) values ('x')"],
    ['gateway', 'delete from charge_point_password_changes'],
    ['worker', 'select from access_keys'],
    ['worker', 'select from audit'],
    ['worker', 'drop table readings'],
    ['worker', 'update schema_migrations set name = null'],
    ['auditor', 'delete from audit'],
    ['auditor', 'select from charge_points'],
  ] as const)('refuse what is none of their business: %s may not "%s"', async (role, sql) => {
    await expect(as(role, sql)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('have users whose passwords migrate gives them anew, and which are of no use to another', async () => {
    await writeFile(join(directory, 'live'), 'second of live\n');
    expect(await migrate()).toMatchObject({ code: 0, stdout: 'The schema is up to date.\n' });
    await expect(as('live', 'select from feed')).rejects.toThrow('password authentication failed');
    passwords.set('live', 'second of live');
    expect(await as('live', 'select current_user as user')).toEqual([{ user: `${prefix}_live_login` }]);
    expect(await as('api', 'select 1 as one')).toEqual([{ one: 1 }]);
    const { rows } = await owner.query(
      `select rolname from pg_roles where rolname ^@ $1 and (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls)`,
      [`${prefix}_`],
    );
    expect(rows).toEqual([]);
  });

  it('are not given to users whose passwords can not be used, by an error that tells no password', async () => {
    const elsewhere = await mkdtemp(join(directory, 'elsewhere-'));
    await writeFile(join(elsewhere, 'worker'), 'hunter2');
    await writeFile(join(elsewhere, 'api'), 'hunter2');
    await writeFile(join(elsewhere, 'live'), 'hunter2 \u00e9');
    const { code, stderr } = await migrate('--logins', elsewhere);
    expect(code).toBe(1);
    expect(stderr).toContain('[DATABASE_LOGINS_INVALID]');
    expect(stderr).toContain(
      'api: it has the password of another; live: it is not printable ASCII; gateway: there is no such file',
    );
    expect(stderr).not.toContain('hunter2');
  });

  it('let a gateway add charge points that are held, in a way that the feed hears of, and nobody else', async () => {
    await as('gateway', "select hold_charge_points(array['held-1', 'held-1', 'held-2'])");
    await as('gateway', "select hold_charge_points(array['held-1'])");
    const { rows } = await owner.query(
      "select id, status from charge_points where id like 'held-%' order by id",
    );
    expect(rows).toEqual([
      { id: 'held-1', status: 'held' },
      { id: 'held-2', status: 'held' },
    ]);
    const told = await owner.query(
      "select from feed where kind = 'chargePoint' and payload::text like '%held-_%'",
    );
    expect(told.rowCount).toBe(2);
    await expect(as('live', "select hold_charge_points(array['held-3'])")).rejects.toThrow(
      'permission denied',
    );
  });

  it('say who may not make them', async () => {
    await owner.query(`create user ${prefix}_nobody password 'secret'`);
    const url = new URL(database.url);
    url.username = `${prefix}_nobody`;
    url.password = 'secret';
    const pool = createPool({ url: url.href, max: 1, applicationName: 'test' });
    const granting = grantRoles(pool, { prefix: `${prefix}y`, create: true });
    await expect(granting).rejects.toMatchObject({ code: 'DATABASE_ROLES_FORBIDDEN' });
    await pool.end();
    await owner.query(`drop user ${prefix}_nobody`);
  });

  it('are enough for a worker to compact days, to bring them back for a late reading, and to drop them', async () => {
    const store = await openStore({ url: urlOf('worker'), drop: () => Promise.resolve() });
    const { pool } = store;
    try {
      const feeder = await Feeder.claim(store.sink());
      const told = Array.from({ length: 2_000 }, (_, n) =>
        reading({ chargePointId: 'Old', timestampMs: T0 + n * 1_000, value: n }),
      );
      await feeder.store(told.map((each, n) => message(n, [each])));
      const { signal } = new AbortController();
      expect(await compactDays({ pool, before: Infinity, signal })).toMatchObject({ readings: told.length });
      await feeder.store([
        message(feeder.position, [reading({ chargePointId: 'Old', timestampMs: T0 - 1 })]),
      ]);
      expect(await count(pool, 'readings')).toBe(told.length + 1);
      expect(await compactDays({ pool, before: Infinity, signal })).toMatchObject({ days: 1 });
      await owner.query('vacuum readings');
      expect(await emptyDays(pool)).toBe(1);
      await runRollups(pool);
      const retention = { raw: 7, '15m': 14, '1h': 14, '1d': 14 };
      const now = () => T0 + 30 * 86_400_000;
      expect(await retain({ pool, retention, signal, now })).toMatchObject({ isRaised: true, left: 0 });
      await expect(pool.query(`select from readings_20260115`)).rejects.toThrow('does not exist');
      const { rows } = await owner.query<{ refuses: boolean }>(
        `select compatible_from = version as refuses from schema_migrations where name like '%-storage'`,
      );
      expect(rows).toEqual([{ refuses: true }]);
      await owner.query('update retention_horizons set before = default');
    } finally {
      await store.close();
    }
  });

  it('are enough for each part, with all locks on: a reading and a session go their whole way, and are told, rotated and erased', async () => {
    const [key, signer, [device]] = await Promise.all([
      credentials<Made>('key', 'create', '--name', 'all', '--scope', 'admin', '--json'),
      credentials<Made>('key', 'create', '--name', 's', '--scope', 'readings:write', '--signed', '--json'),
      credentials<[Made]>('charge-point', 'create', 'CP-1', '--json'),
    ]);
    const headers = { authorization: `Bearer ${key.key}`, 'content-type': 'application/json' };

    const [gateway, api, live, ...admin] = await freePorts(7);
    for (const [at, part] of PARTS.entries()) {
      const child = spawn(process.execPath, ['--import', 'tsx', MAIN, part], {
        env: {
          ...{ PATH: process.env.PATH, HOME: process.env.HOME, LOG_FORMAT: 'json', LOG_LEVEL: 'debug' },
          ...{ DATABASE_URL: urlOf(part), GATEWAY_PROCESSES: '1', UNKNOWN_CHARGE_POINTS: 'register' },
          ...{ GATEWAY_PORT: String(gateway), API_PORT: String(api), LIVE_PORT: String(live) },
          ...{ ADMIN_PORT: String(admin[at]), ...onKafka, CREDENTIALS_KEY },
          DATA_KEYS: `old=${OLD_KEY},new=${NEW_KEY}`,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout.on('data', (chunk: Buffer) => (logged += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (logged += chunk.toString()));
      processes.push(child);
    }
    const statusOf = (url: string): Promise<number> =>
      fetch(url, { headers }).then(
        ({ status }) => status,
        () => 0,
      );
    for (const port of admin) {
      await expect.poll(() => statusOf(`http://127.0.0.1:${port}/health/ready`), SOON).toBe(200);
    }
    const base = `http://127.0.0.1:${api}/v1`;
    const ask = async (path: string, init: RequestInit = {}): Promise<Record<string, unknown>> =>
      (await fetch(`${base}/${path}`, { headers, ...init })).json() as Promise<Record<string, unknown>>;
    const ticket = async (): Promise<string> =>
      String((await ask('tickets', { method: 'POST', body: '{}' })).ticket);

    const told: string[] = [];
    const subscriber = new WebSocket(`ws://127.0.0.1:${live}/live?ticket=${await ticket()}`);
    subscriber.on('message', (data: Buffer) => told.push(data.toString('utf8')));
    await new Promise((opened) => subscriber.once('open', opened));
    subscriber.send(
      JSON.stringify({ type: 'SUBSCRIBE', id: 's', filter: { kinds: ['reading', 'chargePoint', 'fleet'] } }),
    );
    const auth = `CP-1:${device.password}`;
    const sender = new WebSocket(`ws://127.0.0.1:${gateway}/ocpp/CP-1`, 'ocpp1.6', { auth });
    await new Promise((opened) => sender.once('open', opened));
    const answers: string[] = [];
    sender.on('message', (data: Buffer) => {
      const [kind, id] = JSON.parse(data.toString('utf8')) as [number, string];
      if (kind === 2) sender.send(JSON.stringify([3, id, { status: 'Accepted' }]));
      else answers.push(data.toString('utf8'));
    });
    const sampledValue = [{ value: '7', measurand: 'Energy.Active.Import.Register', unit: 'Wh' }];
    // Of a day that nobody has a table of.
    const timestamps = [new Date().toISOString(), '2020-05-05T12:00:00Z'];
    const meterValue = timestamps.map((timestamp) => ({ timestamp, sampledValue }));
    sender.send(JSON.stringify([2, '1', 'MeterValues', { connectorId: 1, meterValue }]));
    await expect.poll(() => told.join(), SOON).toContain('"CP-1"');
    const start = { connectorId: 2, idTag: TAG, meterStart: 7, timestamp: new Date().toISOString() };
    sender.send(JSON.stringify([2, '2', 'StartTransaction', start]));
    await expect.poll(() => answers.join(), SOON).toContain('Accepted');

    const session = `${Date.now()}.${randomBytes(16).toString('hex')}`;
    const text = JSON.stringify({
      ...{ id: 'm1', chargePointId: 'CP-2' },
      payload: { connectorId: 1, meterValue: [{ timestamp: new Date().toISOString(), sampledValue }] },
    });
    const signature = createHmac('sha256', String(signer.signingSecret))
      .update(`${session}\n0\n${text}`)
      .digest('hex');
    const ofSigner = { headers: { authorization: `Bearer ${signer.key}`, 'meterpulse-session': session } };
    expect(
      await sent(`ws://127.0.0.1:${gateway}/ingest`, { sequence: 0, signed: text, signature }, ofSigner),
    ).toContain('"accepted"');
    const byTicket = text.replace('CP-2', 'CP-3');
    expect(
      await sent(`ws://127.0.0.1:${gateway}/ingest?ticket=${await ticket()}`, JSON.parse(byTicket) as object),
    ).toContain('"accepted"');

    const site = JSON.stringify({ site: 'north' });
    const changed = await fetch(`${base}/charge-points/CP-1`, { method: 'PATCH', headers, body: site });
    expect(changed.status).toBe(200);
    // Gateways write down who is connected once a second.
    await expect.poll(() => ask('charge-points/CP-1/connection'), SOON).toMatchObject({ state: 'connected' });
    const reset = JSON.stringify({ action: 'ClearCache', payload: {}, timeoutMs: 30_000 });
    const command = { method: 'POST', headers, body: reset };
    expect((await fetch(`${base}/charge-points/CP-1/commands`, command)).status).toBe(200);
    for (const path of [
      'stats',
      'fleet',
      'connections',
      'quarantine',
      'transactions',
      'readings?chargePointId=CP-1',
    ]) {
      expect(await statusOf(`${base}/${path}`), path).toBe(200);
    }
    for (const id of ['CP-1', 'CP-2', 'CP-3']) {
      await expect.poll(() => statusOf(`${base}/charge-points/${id}/latest`), SOON).toBe(200);
    }
    const refused = await fetch(`${base}/charge-points/nobody`, { method: 'PATCH', headers, body: site });
    expect(refused.status).toBe(404);
    await expect
      .poll(async () => (await auditOf(database.url)).map(({ action }) => action), SOON)
      .toEqual(expect.arrayContaining(['charge-point.change', 'command.send', 'request']));
    expect(
      await as('auditor', `select distinct database_role as name from audit where action = 'command.send'`),
    ).toEqual([{ name: `${prefix}_api_login` }]);
    const aggregated = async (): Promise<unknown> => (await owner.query('select from rollup_15m')).rowCount;
    await expect.poll(aggregated, SOON).toBeGreaterThanOrEqual(4);
    const { rows: owners } = await owner.query<{ name: string }>(
      `select tableowner::text as name from pg_tables where tablename = 'readings_20200505'`,
    );
    expect(owners).toEqual([{ name: new URL(database.url).username }]);

    // What identifies people, under roles that only the owner may get past.
    const idTags = async (): Promise<unknown> =>
      ((await ask('transactions')).items as { idTag: string }[]).map(({ idTag }) => idTag);
    await expect.poll(idTags, SOON).toEqual([TAG]);
    const stored = async (): Promise<string> =>
      (await owner.query<{ tag: string }>('select id_tag as tag from transactions')).rows
        .map(({ tag }) => tag)
        .join();
    const underOld = await stored();
    expect(underOld).not.toContain(TAG);
    const asApi = { ...asOwner(), DATABASE_URL: urlOf('api') };
    const tried = [
      ['credentials', 'rotate-keys'],
      ['erase', '--id-tag', TAG],
    ].map((args) => meterpulse(args, asApi));
    for (const denied of await Promise.all(tried)) {
      expect(denied).toMatchObject({ code: 1 });
      expect(denied.stderr).toContain('permission denied');
    }
    expect(await stored()).toBe(underOld);
    expect(await credentials<object>('rotate-keys', '--json')).toMatchObject({
      key: 'new',
      isComplete: true,
    });
    expect(await stored()).not.toBe(underOld);
    expect(await idTags()).toEqual([TAG]);
    const { code } = await meterpulse(['erase', '--id-tag', TAG, '--json'], asOwner());
    expect(code).toBe(0);
    expect(await idTags()).toEqual(['']);

    expect(logged.split('\n').filter((line) => /permission denied|must be owner|42501/.test(line))).toEqual(
      [],
    );
    sender.terminate();
    subscriber.terminate();
  }, 300_000);

  interface Made {
    readonly key?: string;
    readonly password?: string;
    readonly signingSecret?: string;
  }

  async function credentials<Answer>(...args: string[]): Promise<Answer> {
    const { code, stdout, stderr } = await meterpulse(['credentials', ...args], asOwner());
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as Answer;
  }
});

/** Opens a socket, sends one frame; its answer. */
async function sent(url: string, frame: object, options: ClientOptions = {}): Promise<string> {
  const socket = new WebSocket(url, options);
  await once(socket, 'open');
  const answered = once(socket, 'message') as Promise<[Buffer]>;
  socket.send(JSON.stringify(frame));
  const [answer] = await answered;
  socket.terminate();
  return answer.toString('utf8');
}
