import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ensureInbox } from '../../store/inbox-setup.js';
import { createPool, type Pool } from '../../store/pool.js';
import { DATABASE_ROLES, TABLE_RIGHTS, type DatabaseRole } from '../../store/roles/database-roles.js';
import { grantRoles } from '../../store/roles/grant-roles.js';
import { auditOf } from '../harness/audit.js';
import { freePorts } from '../harness/free-ports.js';
import { compactDays, emptyDays } from '../../store/compaction/compact-days.js';
import { retain } from '../../store/retention/retain.js';
import { runRollups } from '../harness/run-rollups.js';
import { count, Feeder, message, openStore, reading, T0 } from './store-harness.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
const PARTS = ['worker', 'api', 'live', 'gateway'] as const;
const SOON = { timeout: 60_000, interval: 100 };

describe('the roles of the database', () => {
  // Roles are of the whole server, which other tests use too.
  const prefix = `t${randomBytes(6).toString('hex')}`;
  let database: TestDatabase;
  let owner: Pool;
  const processes: ChildProcess[] = [];
  let logged = '';

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    owner = createPool({ url: database.url, max: 4, applicationName: 'test' });
    await ensureInbox(owner, { partitions: 2 });
    await Promise.all([1, 2].map(() => grantRoles(owner, { prefix, create: true })));
    for (const role of DATABASE_ROLES) {
      await owner.query(`create user ${prefix}_user_${role} password 'secret' in role ${prefix}_${role}`);
    }
  });
  afterAll(async () => {
    const ended = processes.map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of processes) child.kill('SIGKILL');
    await Promise.all(ended);
    for (const role of DATABASE_ROLES) {
      await owner.query(`drop user ${prefix}_user_${role}`);
      await owner.query(`drop owned by ${prefix}_${role}; drop role ${prefix}_${role}`);
    }
    await owner.end();
    await database.drop();
  });

  function urlOf(role: DatabaseRole): string {
    const url = new URL(database.url);
    url.username = `${prefix}_user_${role}`;
    url.password = 'secret';
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
    ['worker', 'select from access_keys'],
    ['worker', 'select from audit'],
    ['worker', 'drop table readings'],
    ['worker', 'update schema_migrations set name = null'],
    ['auditor', 'delete from audit'],
    ['auditor', 'select from charge_points'],
  ] as const)('refuse what is none of their business: %s may not "%s"', async (role, sql) => {
    await expect(as(role, sql)).rejects.toThrow(/permission denied|must be owner/);
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

  it('are enough for each part: a reading goes its whole way, a charge point is changed, and all of it is told', async () => {
    const [gateway, api, live, ...admin] = await freePorts(7);
    for (const [at, part] of PARTS.entries()) {
      const child = spawn(process.execPath, ['--import', 'tsx', MAIN, part], {
        env: {
          ...{ PATH: process.env.PATH, HOME: process.env.HOME, LOG_FORMAT: 'json', LOG_LEVEL: 'debug' },
          ...{ DATABASE_URL: urlOf(part), GATEWAY_PROCESSES: '1', UNKNOWN_CHARGE_POINTS: 'register' },
          ...{ GATEWAY_PORT: String(gateway), API_PORT: String(api), LIVE_PORT: String(live) },
          ADMIN_PORT: String(admin[at]),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout.on('data', (chunk: Buffer) => (logged += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (logged += chunk.toString()));
      processes.push(child);
    }
    const statusOf = (url: string): Promise<number> =>
      fetch(url).then(
        ({ status }) => status,
        () => 0,
      );
    for (const port of admin) {
      await expect.poll(() => statusOf(`http://127.0.0.1:${port}/health/ready`), SOON).toBe(200);
    }

    const told: string[] = [];
    const subscriber = new WebSocket(`ws://127.0.0.1:${live}/live`);
    subscriber.on('message', (data: Buffer) => told.push(data.toString('utf8')));
    await new Promise((opened) => subscriber.once('open', opened));
    subscriber.send(
      JSON.stringify({ type: 'SUBSCRIBE', id: 's', filter: { kinds: ['reading', 'chargePoint', 'fleet'] } }),
    );
    const sender = new WebSocket(`ws://127.0.0.1:${gateway}/ocpp/CP-1`, 'ocpp1.6');
    await new Promise((opened) => sender.once('open', opened));
    sender.on('message', (data: Buffer) => {
      const [kind, id] = JSON.parse(data.toString('utf8')) as [number, string];
      if (kind === 2) sender.send(JSON.stringify([3, id, { status: 'Accepted' }]));
    });
    const sampledValue = [{ value: '7', measurand: 'Energy.Active.Import.Register', unit: 'Wh' }];
    const payload = { connectorId: 1, meterValue: [{ timestamp: new Date().toISOString(), sampledValue }] };
    sender.send(JSON.stringify([2, '1', 'MeterValues', payload]));
    await expect.poll(() => told.join(), SOON).toContain('"CP-1"');

    const base = `http://127.0.0.1:${api}/v1`;
    const json = { 'content-type': 'application/json' };
    const site = JSON.stringify({ site: 'north' });
    const changed = await fetch(`${base}/charge-points/CP-1`, { method: 'PATCH', headers: json, body: site });
    expect(changed.status).toBe(200);
    // Gateways write down who is connected once a second.
    const connection = async (): Promise<unknown> =>
      (await fetch(`${base}/charge-points/CP-1/connection`)).json();
    await expect.poll(connection, SOON).toMatchObject({ state: 'connected' });
    const reset = JSON.stringify({ action: 'ClearCache', payload: {}, timeoutMs: 30_000 });
    const command = { method: 'POST', headers: json, body: reset };
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
    await expect.poll(() => statusOf(`${base}/charge-points/CP-1/latest`), SOON).toBe(200);
    const refused = await fetch(`${base}/charge-points/nobody`, {
      method: 'PATCH',
      headers: json,
      body: site,
    });
    expect(refused.status).toBe(404);
    await expect
      .poll(async () => (await auditOf(database.url)).map(({ action }) => action).sort(), SOON)
      .toEqual(['charge-point.change', 'command.send', 'request']);
    expect(await as('auditor', 'select distinct database_role as name from audit')).toEqual([
      { name: `${prefix}_user_api` },
    ]);
    const aggregated = async (): Promise<unknown> => (await owner.query('select from rollup_15m')).rowCount;
    await expect.poll(aggregated, SOON).toBe(1);
    expect(logged.split('\n').filter((line) => /permission denied|must be owner|42501/.test(line))).toEqual(
      [],
    );
    sender.terminate();
    subscriber.terminate();
  });
});
