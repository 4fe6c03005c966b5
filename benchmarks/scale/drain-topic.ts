import pg from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { BusyCores } from '../busy-cores.js';
import type { PipelineRoles } from '../pipeline-roles.js';
import { postgresCpuSeconds } from '../postgres-cpu.js';
import { treeUsage } from '../process-tree.js';
import type { RoleProcess } from '../role-process.js';

export interface Drained {
  readonly rows: number;
  readonly seconds: number;
  /** Of all flushes, the first ones included. */
  readonly rowsPerFlush: number;
  /** Cores that were busy: with the workers, with PostgreSQL, and with everything. */
  readonly workerCores: number;
  readonly postgresCores: number;
  readonly busyCores: number;
}

interface Stored {
  readonly messages: number;
  readonly rows: number;
}

/** Share of the messages that is not measured: connections are opened meanwhile, names learnt, and code compiled. */
const WARM_UP = 0.3;
const POLL_MS = 10;
const TIMEOUT_MS = 120_000;

/**
 * Starts workers on a topic that is full, and measures until its end. A lock holds their first flushes back until each of them
 * has one under way, so that all of them work for all of the time that counts.
 *
 * @param messages on the topic.
 */
export async function drainTopic(
  pipeline: PipelineRoles,
  postgresPid: number,
  workers: number,
  messages: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<Drained> {
  const client = new pg.Client({ connectionString: pipeline.databaseUrl });
  const holder = new pg.Client({ connectionString: pipeline.databaseUrl });
  await Promise.all([client.connect(), holder.connect()]);
  try {
    await holder.query('begin');
    await holder.query('lock table latest_readings in exclusive mode');
    const roles = await Promise.all(
      Array.from({ length: workers }, () => pipeline.start('worker', environment)),
    );
    await until(`${workers} workers have a flush under way`, async () => (await waiting(client)) >= workers);
    await holder.query('commit');
    await until('the workers are warm', async () => (await stored(client)).messages >= messages * WARM_UP);
    return await measured(client, roles, postgresPid, messages);
  } finally {
    await Promise.all([client.end(), holder.end()]);
  }
}

async function measured(
  client: pg.Client,
  roles: readonly RoleProcess[],
  postgresPid: number,
  messages: number,
): Promise<Drained> {
  const cpu = (): readonly [number, number] => [
    roles.reduce((sum, { pid }) => sum + treeUsage(pid).cpuSeconds, 0),
    postgresCpuSeconds(postgresPid),
  ];
  const before = await stored(client);
  const [workerBefore, postgresBefore] = cpu();
  const cores = new BusyCores();
  const startedAt = performance.now();
  await until('the topic is stored to its end', async () => (await stored(client)).messages >= messages);
  const seconds = (performance.now() - startedAt) / 1_000;
  const busyCores = cores.since;
  const [workerAfter, postgresAfter] = cpu();
  const flushes = await Promise.all(roles.map(({ metricsUrl }) => flushRows(metricsUrl)));
  const sum = (of: 'sum' | 'count'): number => flushes.reduce((all, each) => all + each[of], 0);
  return {
    rows: (await stored(client)).rows - before.rows,
    seconds,
    rowsPerFlush: sum('sum') / sum('count'),
    workerCores: (workerAfter - workerBefore) / seconds,
    postgresCores: (postgresAfter - postgresBefore) / seconds,
    busyCores,
  };
}

async function stored(client: pg.Client): Promise<Stored> {
  const { rows } = await client.query<Stored>(
    `select coalesce(sum(next_offset), 0)::float8 as messages, coalesce(sum(readings_stored), 0)::float8 as rows
     from consumer_positions`,
  );
  return rows[0] ?? { messages: 0, rows: 0 };
}

/** Flushes that wait for the lock. */
async function waiting(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(distinct pid)::integer as count from pg_locks
     where relation = 'latest_readings'::regclass and not granted`,
  );
  return rows[0]?.count ?? 0;
}

async function flushRows(metricsUrl: string): Promise<{ readonly sum: number; readonly count: number }> {
  const text = await (await fetch(metricsUrl)).text();
  const [sum = NaN, count = NaN] = ['sum', 'count'].map((part) =>
    Number(new RegExp(`^meterpulse_worker_flush_rows_${part} (\\S+)$`, 'm').exec(text)?.[1]),
  );
  return { sum, count };
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`it never came that ${what}`);
    await delay(POLL_MS);
  }
}
