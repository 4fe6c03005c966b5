import type pg from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/config.js';
import { createReadReplicas } from '../../server/compose/replicas-part.js';
import { migrate } from '../../store/migrate.js';
import { createPool, type Pool } from '../../store/pool.js';
import { ReadDatabase, type Query } from '../../store/read/read-database.js';
import type { ReadReplicas } from '../../store/read/replicas/read-replicas.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { startHotStandby } from '../harness/hot-standby.js';
import { createTestDatabase } from '../harness/postgres.js';
import { Seed } from '../harness/seed.js';
import { startOwnPostgres, type OwnPostgres } from '../integrity/system/own-postgres.js';
import { until } from '../integrity/until.js';

const MAX_LAG_MS = 1_000;
const DAY = '2026-03-01';
const RAW =
  '{"connectorId":1,"meterValue":[{"timestamp":"2026-03-01T00:00:00Z","sampledValue":[{"value":"1"}]}]}';

const REDRIVE = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };

let primary: OwnPostgres;
let standby: OwnPostgres;
let standbyName: string;
let seed: Seed;
/** Outlive restarts of their servers. */
const pools = new Map<OwnPostgres, Pool>();

function poolOf(server: OwnPostgres): Pool {
  const pool = pools.get(server) ?? createPool({ url: server.url, max: 2, applicationName: 'test' });
  pools.set(server, pool);
  return pool;
}

async function query<Row extends pg.QueryResultRow>(server: OwnPostgres, text: string): Promise<Row[]> {
  return (await poolOf(server).query<Row>(text)).rows;
}

/** From here on the standby changes no more, until the function that is given is called. */
async function pauseReplay(): Promise<() => Promise<unknown>> {
  await query(standby, 'select pg_wal_replay_pause()');
  await until('replay is paused', async () => {
    const [row] = await query<{ state: string }>(standby, 'select pg_get_wal_replay_pause_state() as state');
    return row?.state === 'paused';
  });
  return () => query(standby, 'select pg_wal_replay_resume()');
}

beforeAll(async () => {
  // The log is kept for a standby that was away.
  primary = await startOwnPostgres({ settings: ['wal_keep_size=256MB'] });
  await migrate(primary.url);
  seed = new Seed(poolOf(primary));
  await seed.chargePoint('CP-1');
  standby = await startHotStandby(primary);
  standbyName = new URL(standby.url).host;
});

afterAll(async () => {
  await Promise.all([...pools.values()].map((pool) => pool.end()));
  await standby.dispose();
  await primary.dispose();
});

async function valueOf(registry: Registry, name: string, labels: Record<string, string>): Promise<number> {
  const values = (await registry.getSingleMetric(`meterpulse_replica_${name}`)?.get())?.values ?? [];
  const matches = values.filter((value) =>
    Object.entries(labels).every(
      ([label, text]) => (value.labels as Record<string, unknown>)[label] === text,
    ),
  );
  return matches.reduce((sum, { value }) => sum + value, 0);
}

describe('an API with a replica', () => {
  let api: RunningApi;
  const logged: string[] = [];

  beforeAll(async () => {
    api = await startApi({
      databaseUrl: primary.url,
      readUrls: [standby.url],
      readMaxLagMs: MAX_LAG_MS,
      statementTimeoutMs: 1_000,
      onLog: (line) => logged.push(line),
    });
  });

  afterAll(async () => {
    await api.stop();
  });

  const readsOn = (route: string) => valueOf(api.registry, 'reads_total', { route });
  const failovers = () => valueOf(api.registry, 'failovers_total', { replica: standbyName });
  const untilFit = (fit: boolean) =>
    until(`the standby is ${fit ? 'fit' : 'unfit'}`, async () => {
      return (await valueOf(api.registry, 'fit', { replica: standbyName })) === Number(fit);
    });
  const statusOf = async (path: string, init?: RequestInit): Promise<number> =>
    (await api.get(path, init)).status;

  beforeEach(async () => {
    await untilFit(true);
  });

  it('reads from the replica, and sees there what was written to the primary', async () => {
    const before = await readsOn('primary');
    await seed.chargePoint('CP-2');
    await until('the standby has the row', () =>
      statusOf('/v1/charge-points/CP-2').then((status) => status === 200),
    );
    for (const route of ['/v1/stats', '/v1/charge-points', '/v1/readings?chargePointId=CP-1', '/health'])
      expect(await statusOf(route)).toBe(200);
    const exported = await fetch(`${api.url}/v1/readings?chargePointId=CP-1`, {
      headers: { accept: 'text/csv' },
    });
    expect(await exported.text()).toContain('chargePointId');

    expect(await readsOn('primary')).toBe(before);
    expect(await readsOn(standbyName)).toBeGreaterThanOrEqual(5);
    const sessions = "select from pg_stat_activity where application_name = 'meterpulse-api'";
    expect((await query(standby, sessions)).length).toBeGreaterThan(0);
    expect(await valueOf(api.registry, 'lag_seconds', { replica: standbyName })).toBeLessThan(
      MAX_LAG_MS / 1000,
    );
  });

  it('leaves a replica that falls behind, reads for re-drives from the primary, and comes back', async () => {
    const resume = await pauseReplay();
    let id: number;
    try {
      id = await seed.quarantine({
        offset: 1,
        reason: 'unknown_charge_point',
        chargePointId: 'CP-1',
        raw: RAW,
        rawKind: 'meterValues',
      });
      expect(await query(standby, `select from quarantine where id = ${id}`)).toEqual([]);
      expect(await statusOf(`/v1/quarantine/${id}/redrive`, REDRIVE)).toBe(202);

      await untilFit(false);
      const lag = await valueOf(api.registry, 'lag_seconds', { replica: standbyName });
      expect(lag).toBeGreaterThan(MAX_LAG_MS / 1000);
      const before = await readsOn('primary');
      expect(await statusOf(`/v1/quarantine/${id}`)).toBe(200);
      expect(await readsOn('primary')).toBe(before + 1);
      await api.checkReady();
    } finally {
      await resume();
    }
    await untilFit(true);
    const before = await readsOn(standbyName);
    expect(await statusOf(`/v1/quarantine/${id}`)).toBe(200);
    expect(await readsOn(standbyName)).toBe(before + 1);
  });

  it('fails no request while its replica is killed and comes back', async () => {
    const statuses = new Map<number, number>();
    const done = new AbortController();
    const failedOver = await failovers();
    const load = Array.from({ length: 6 }, async () => {
      while (!done.signal.aborted) {
        const status = await statusOf('/v1/readings?chargePointId=CP-1').catch(() => 0);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    });
    const answered = (): number => statuses.get(200) ?? 0;
    await until('the load runs', () => answered() > 100);
    logged.length = 0;

    await standby.kill9();
    await untilFit(false);
    await api.checkReady();
    const without = answered();
    await until('requests are answered without it', () => answered() > without + 100);
    await standby.start();
    await untilFit(true);
    const onStandby = await readsOn(standbyName);
    await until('reads go to it again', async () => (await readsOn(standbyName)) > onStandby + 100);

    done.abort();
    await Promise.all(load);
    expect([...statuses.keys()]).toEqual([200]);
    expect(await failovers()).toBeGreaterThan(failedOver);
    const changes = logged.filter((line) => line.includes(standbyName));
    // Gone, perhaps starting up in between, back: not a line for each read or probe.
    expect(changes.length).toBeLessThanOrEqual(4);
    expect(logged.join('')).not.toContain(new URL(standby.url).password);
  });

  it('answers from the primary when the replica falls silent', async () => {
    expect(await statusOf('/v1/stats')).toBe(200);
    standby.freeze();
    try {
      const answers = await Promise.all(Array.from({ length: 4 }, () => statusOf('/v1/stats')));
      expect(answers).toEqual([200, 200, 200, 200]);
      await untilFit(false);
      expect(await statusOf('/health')).toBe(200);
    } finally {
      standby.thaw();
    }
  });

  it('goes on reading from the replica while the primary is away', async () => {
    await primary.stop();
    try {
      await until('the loss is noticed', () =>
        logged.some((line) => line.includes("primary can't be asked")),
      );
      for (const route of ['/v1/stats', '/v1/charge-points/CP-1', '/health'])
        expect(await statusOf(route)).toBe(200);
      await api.checkReady();
      expect(await statusOf('/v1/quarantine/1/redrive', REDRIVE)).toBe(503);
    } finally {
      await primary.start();
    }
    await until('it is noticed', () => logged.some((line) => line.includes('primary answers again')));
  });
});

interface Reader {
  readonly database: ReadDatabase;
  readonly replicas: ReadReplicas;
  readonly registry: Registry;
  /** To the primary. */
  readonly pool: Pool;
  stop(): Promise<void>;
}

/** Reads as the API does, without HTTP. */
function startReader(readUrls: readonly string[]): Reader {
  const registry = new Registry();
  const { config } = loadConfig({ DATABASE_READ_URLS: readUrls.join(',') }, false);
  const replicas = createReadReplicas({ config, logger: pino({ level: 'silent' }), registry }, primary.url);
  if (replicas === undefined) throw new Error('DATABASE_READ_URLS is set');
  const controller = new AbortController();
  const running = replicas.run(controller.signal);
  const pool = createPool({ url: primary.url, max: 4, applicationName: 'test' });
  return {
    database: new ReadDatabase(pool, { statementTimeoutMs: 30_000 }, replicas),
    replicas,
    registry,
    pool,
    async stop() {
      controller.abort();
      await running;
      await Promise.all([pool.end(), replicas.end()]);
    },
  };
}

async function isOnStandby(run: Query): Promise<boolean> {
  const [row] = await run<{ standby: boolean }>('select pg_is_in_recovery() as standby');
  return row?.standby === true;
}

describe('a read on a replica', () => {
  let reader: Reader;
  let database: ReadDatabase;

  beforeAll(() => {
    reader = startReader([standby.url]);
    database = reader.database;
  });

  beforeEach(async () => {
    await seed.day(DAY);
    await until('the standby has the partition', async () => {
      const [row] = await query<{ name: string | null }>(
        standby,
        `select to_regclass('${PARTITION}') as name`,
      );
      return row?.name;
    });
    await until('the standby is fit', () => reader.replicas.anyFit);
  });

  afterAll(async () => {
    await reader.stop();
  });

  const PARTITION = `readings_${DAY.replaceAll('-', '')}`;
  const causes = (cause: string) => valueOf(reader.registry, 'failovers_total', { cause });
  const drop = () => query(primary, `drop table ${PARTITION}`);

  it('that runs into the replay of a drop is run again on the primary', async () => {
    const before = await causes('conflict');
    let dropped: Promise<unknown> | undefined;
    const runs: boolean[] = [];
    const count = await database.read(async (run) => {
      runs.push(await isOnStandby(run));
      // Takes the lock on every partition that the drop needs for itself.
      await run('select count(*) from readings');
      dropped ??= drop();
      const [row] = await run<{ count: number }>(
        `select count(*), case when pg_is_in_recovery() then pg_sleep(20) end from readings`,
      );
      return row?.count;
    });
    await dropped;
    expect({ count, runs, conflicts: await causes('conflict') }).toEqual({
      count: 0,
      runs: [true, false],
      conflicts: before + 1,
    });
    expect(reader.replicas.anyFit).toBe(true);
  });

  it('whose session is ended by a conflict between two statements is run again as well', async () => {
    const before = await causes('conflict');
    const runs: boolean[] = [];
    await database.read(async (run) => {
      const onStandby = await isOnStandby(run);
      runs.push(onStandby);
      await run('select count(*) from readings');
      if (onStandby) {
        await drop();
        await until('the standby has replayed the drop', async () => {
          const [row] = await query<{ name: string | null }>(
            standby,
            `select to_regclass('${PARTITION}') as name`,
          );
          return row?.name === null;
        });
      }
      await run('select count(*) from readings');
    });
    expect({ runs, conflicts: await causes('conflict') }).toEqual({
      runs: [true, false],
      conflicts: before + 1,
    });
  });

  it('whose statement somebody cancels there is run again, and one that meets its own limit is not', async () => {
    const runs: boolean[] = [];
    await database.read(async (run) => {
      const onStandby = await isOnStandby(run);
      runs.push(onStandby);
      if (onStandby) {
        const [row] = await run<{ pid: number }>('select pg_backend_pid() as pid');
        const sleeping = run('select pg_sleep(20)');
        const cancelled = expect(sleeping).rejects.toMatchObject({ code: '57014' });
        // A cancel that comes before the statement is for nothing.
        const isAsleep = `from pg_stat_activity where pid = ${row?.pid ?? 0} and wait_event = 'PgSleep'`;
        await until('the statement is cancelled', async () => {
          return (await query(standby, `select pg_cancel_backend(pid) ${isAsleep}`)).length > 0;
        });
        await cancelled;
        await sleeping;
      }
    });
    expect(runs).toEqual([true, false]);

    const hasty = new ReadDatabase(reader.pool, { statementTimeoutMs: 50 }, reader.replicas);
    let tries = 0;
    const slow = hasty.read((run) => {
      tries += 1;
      return run('select pg_sleep(20)');
    });
    await expect(slow).rejects.toMatchObject({ code: 'READ_TIMED_OUT' });
    expect(tries).toBe(1);
  });

  it('that paused for too long fails, and says nothing against its replica', async () => {
    let runs = 0;
    const paused = database.read(async (run) => {
      runs += 1;
      const [row] = await run<{ pid: number }>('select pg_backend_pid() as pid');
      await run('set local idle_in_transaction_session_timeout = 1');
      await until('the session is ended', async () => {
        const pid = row?.pid ?? 0;
        return (await query(standby, `select from pg_stat_activity where pid = ${pid}`)).length === 0;
      });
      await run('select 1');
    });
    await expect(paused).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect({ runs, isFit: reader.replicas.anyFit }).toEqual({ runs: 1, isFit: true });
  });

  it('of a table that is not replayed yet is answered by the primary', async () => {
    const resume = await pauseReplay();
    try {
      await query(primary, 'create table made_just_now (id int)');
      expect(await database.read((run) => run('select * from made_just_now'))).toEqual([]);
    } finally {
      await resume();
      await query(primary, 'drop table made_just_now');
    }
  });

  /** Walks over three pages, and ends its own session on the standby before the given one. */
  async function* threePages(
    run: Query,
    endBefore: number,
  ): AsyncGenerator<{ page: number; onStandby: boolean }[]> {
    const onStandby = await isOnStandby(run);
    for (let page = 1; page <= 3; page++) {
      if (onStandby && page === endBefore) await run('select pg_terminate_backend(pg_backend_pid())');
      yield [{ page, onStandby }];
    }
  }
  async function walk(endBefore: number, rows: { page: number; onStandby: boolean }[]): Promise<void> {
    const pages = database.walk((run) => threePages(run, endBefore), new AbortController().signal);
    for await (const page of pages) rows.push(...page);
  }

  it('that streams moves while it has given no row', async () => {
    const rows: { page: number; onStandby: boolean }[] = [];
    await walk(1, rows);
    expect(rows).toEqual([1, 2, 3].map((page) => ({ page, onStandby: false })));
  });

  it('that streams breaks off once it has given rows, for the rest is of another snapshot', async () => {
    const rows: { page: number; onStandby: boolean }[] = [];
    await expect(walk(2, rows)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(rows).toEqual([{ page: 1, onStandby: true }]);
  });
});

describe('a read with two replicas', () => {
  let reader: Reader;
  /** One standby under two names. */
  const names = () => [standbyName, standbyName.replace('127.0.0.1', 'localhost')];

  beforeAll(async () => {
    reader = startReader(names().map((name) => standby.url.replace(standbyName, name)));
    await until('both are fit', () => reader.replicas.list.every(({ isFit }) => isFit));
  });

  afterAll(async () => {
    await reader.stop();
  });

  const readsOn = (route: string) => valueOf(reader.registry, 'reads_total', { route });

  it('runs beside others on the one with fewer reads under way', async () => {
    const [one = '', other = ''] = names();
    const before = [await readsOn(one), await readsOn(other)];
    await reader.database.read(() => reader.database.read((run) => run('select 1')));
    const after = [await readsOn(one), await readsOn(other)];
    expect(after).toEqual(before.map((count) => count + 1));
  });

  it('that loses the one is run again on the other, and at last on the primary', async () => {
    const runs: boolean[] = [];
    await reader.database.read(async (run) => {
      const onStandby = await isOnStandby(run);
      runs.push(onStandby);
      if (onStandby) await run('select pg_terminate_backend(pg_backend_pid())');
    });
    expect(runs).toEqual([true, true, false]);
    expect(await valueOf(reader.registry, 'failovers_total', { cause: 'lost' })).toBe(2);
    await until('both are fit again', () => reader.replicas.list.every(({ isFit }) => isFit));
  });
});

describe('a URL that names no replica', () => {
  async function whatIsLogged(databaseUrl: string, readUrl: string, expected: string): Promise<string> {
    const logged: string[] = [];
    const api = await startApi({ databaseUrl, readUrls: [readUrl], onLog: (line) => logged.push(line) });
    try {
      const line = await until('it is told', () => logged.find((each) => each.includes(expected)));
      expect((await api.get('/v1/stats')).status).toBe(200);
      await api.checkReady();
      const { host, password } = new URL(readUrl);
      expect(await valueOf(api.registry, 'fit', { replica: host })).toBe(0);
      expect(await valueOf(api.registry, 'reads_total', { route: 'primary' })).toBe(1);
      expect(logged.join('')).not.toContain(password);
      return line;
    } finally {
      await api.stop();
    }
  }

  it('but the primary itself is not read from, and the log says so', async () => {
    expect(await whatIsLogged(primary.url, primary.url, 'not_a_standby')).toContain(
      'does the URL name the primary?',
    );
  });

  it('but a standby of another system is not read from, and the log says so', async () => {
    const other = await createTestDatabase({ migrated: true });
    expect(await whatIsLogged(other.url, standby.url, 'foreign')).toContain('a standby of another system');
    await other.drop();
  });

  it("that can't be reached is not read from, and the log says so", async () => {
    const nowhere = 'postgres://u:hunter2@127.0.0.1:1/db';
    expect(await whatIsLogged(primary.url, nowhere, 'unreachable')).toContain("it can't be reached");
  });
});
