import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replay, type ReplayHooks } from '../../../client/replay/replay.js';
import type { ReplayOptions } from '../../../client/replay/options.js';
import type { ReplaySummary } from '../../../client/replay/summary.js';
import { expect } from 'vitest';
import { freePorts } from '../../harness/free-ports.js';
import { createTestDatabase, dropRoles } from '../../harness/postgres.js';
import { isPart, urlOfLogin, writeLogins } from '../../harness/role-logins.js';
import type { Expected } from '../oracle.js';
import { until } from '../until.js';
import { expectAccounted, expectToMatch, type Stats, type Tolerance } from '../verify.js';
import { inboxEnds, kafkaEnds, query, type LogEnds } from './log-ends.js';
import { PROGRAM, RoleProcess } from './role-process.js';
import { readStoredState, type StoredState } from './stored-state.js';

export interface SystemOptions {
  /** Kafka's brokers; null: the PostgreSQL inbox. */
  readonly brokers: readonly string[] | null;
  /** Brokers for the test's own questions, where `brokers` is a proxy. Default: `brokers`. */
  readonly brokersDirectly?: readonly string[];
  /** A server of the test's own, to be stopped and killed. Default: a database on the shared one. */
  readonly databaseUrl?: string;
  /** Default 2. */
  readonly gatewayProcesses?: number;
  /** Default 1. */
  readonly workers?: number;
  /** Whether the live role runs as well. Default false. */
  readonly live?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** A replay under way in this process. */
export interface Replaying {
  /** Resolves with how it ended. */
  readonly done: Promise<ReplaySummary>;
  /** Rows acknowledged or rejected so far. */
  readonly settled: () => number;
  /** Resolves when this many rows are settled; throws when the replay ends first, so that a fault never comes too late. */
  until(rows: number): Promise<void>;
  abort(): void;
}

/** A line of the accounting monitor. */
const isOfMissing = (msg: string | undefined): boolean =>
  msg?.startsWith('readings that were stored are missing') === true;

const PARTITIONS = 4;
const SETTLE_TIMEOUT_MS = 120_000;

/** All roles as child processes on a database and a topic of their own. */
export class System {
  readonly databaseUrl: string;
  readonly topic = `integrity-${randomUUID()}`;
  gateway!: RoleProcess;
  api!: RoleProcess;
  live!: RoleProcess;
  workers: RoleProcess[] = [];
  readonly #options: SystemOptions;
  readonly #env: Readonly<Record<string, string>>;
  readonly #gatewayPort: number;
  readonly #apiPort: number;
  readonly #livePort: number;
  readonly #directory: string;
  readonly #started: RoleProcess[] = [];
  readonly #replays: Replaying[] = [];
  readonly #dropDatabase: () => Promise<void>;
  /** Of the roles of the database, which are of the whole server. */
  readonly rolePrefix = `t${randomBytes(6).toString('hex')}`;

  private constructor(
    options: SystemOptions,
    databaseUrl: string,
    dropDatabase: () => Promise<void>,
    [gatewayPort = 0, apiPort = 0, livePort = 0]: readonly number[],
    directory: string,
  ) {
    this.#options = options;
    this.databaseUrl = databaseUrl;
    this.#dropDatabase = dropDatabase;
    this.#gatewayPort = gatewayPort;
    this.#apiPort = apiPort;
    this.#livePort = livePort;
    this.#directory = directory;
    this.#env = {
      DATABASE_ROLE_PREFIX: this.rolePrefix,
      ...(options.brokers === null ? {} : { KAFKA_BROKERS: options.brokers.join(',') }),
      KAFKA_TOPIC: this.topic,
      KAFKA_GROUP: this.topic,
      KAFKA_PARTITIONS: String(PARTITIONS),
      INBOX_PARTITIONS: String(PARTITIONS),
      KAFKA_SESSION_TIMEOUT_MS: '6000',
      DATA_DIR: directory,
      GATEWAY_PORT: String(gatewayPort),
      GATEWAY_PROCESSES: String(options.gatewayProcesses ?? 2),
      GATEWAY_DRAIN_MS: '1000',
      // A machine that all tests run on is late: it is no overload that a test asks for.
      GATEWAY_OVERLOAD_LOOP_DELAY_MS: '0',
      API_PORT: String(apiPort),
      DASHBOARD_LIVE_URL: `ws://127.0.0.1:${livePort}/live`,
      DASHBOARD_INGEST_URL: `ws://127.0.0.1:${gatewayPort}/ingest`,
      LIVE_PORT: String(livePort),
      ADMIN_PORT: '0',
      // Through every fault.
      ACCOUNTING_INTERVAL_MS: '1000',
      ...options.env,
    };
  }

  /** Resolves when every role is ready. */
  static async start(options: SystemOptions): Promise<System> {
    const database = options.databaseUrl === undefined ? await createTestDatabase() : null;
    const system = new System(
      options,
      options.databaseUrl ?? database?.url ?? '',
      async () => database?.drop(),
      await freePorts(3),
      await mkdtemp(join(tmpdir(), 'meterpulse-integrity-')),
    );
    try {
      await system.migrate();
      await Promise.all([
        system.startGateway(),
        system.startApi(),
        ...(options.live === true ? [system.startLive()] : []),
        ...Array.from({ length: options.workers ?? 1 }, () => system.startWorker()),
      ]);
    } catch (error) {
      await system.dispose();
      throw error;
    }
    return system;
  }

  get gatewayUrl(): string {
    return `ws://127.0.0.1:${this.#gatewayPort}`;
  }

  /** Of the REST API, and of the dashboard. */
  get apiUrl(): string {
    return `http://127.0.0.1:${this.#apiPort}`;
  }

  get liveUrl(): string {
    return `ws://127.0.0.1:${this.#livePort}/live`;
  }

  /** Runs a command of the program to its end; its standard output. Throws unless it exits with 0. */
  async command(...args: string[]): Promise<string> {
    const process = this.spawn(args);
    const { code } = await process.ended();
    const { stdout } = process;
    await process.dispose();
    if (code !== 0) throw new Error(`${stdout}\n${process.report()}`);
    return stdout;
  }

  /** As the owner; makes the roles of the database, and the users that the parts run as. */
  async migrate(): Promise<void> {
    const logins = join(this.#directory, 'logins');
    await writeLogins(logins);
    await this.command('migrate', '--logins', logins);
  }

  async startGateway(): Promise<RoleProcess> {
    this.gateway = this.spawn(['gateway']);
    await this.gateway.port(/^gateway on /);
    return this.gateway;
  }

  async startApi(): Promise<void> {
    this.api = this.spawn(['api']);
    await this.api.port(/^REST API on /);
  }

  /** Resolves when it takes subscribers; always on the same port. */
  async startLive(): Promise<RoleProcess> {
    this.live = this.spawn(['live']);
    await this.live.port(/^live feed on /);
    return this.live;
  }

  /** Resolves when it reads the log. */
  async startWorker(env: Readonly<Record<string, string>> = {}): Promise<RoleProcess> {
    const worker = this.spawn(['worker'], env);
    this.workers.push(worker);
    await this.ready(worker);
    return worker;
  }

  /** Resolves when the role says of itself that it can do its part. */
  async ready(role: RoleProcess): Promise<void> {
    const port = await role.port(/^health and metrics on /);
    await until(`${role.name} is ready`, async () => {
      if (role.hasEnded) throw new Error(role.report());
      return (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok;
    });
  }

  async metric(role: RoleProcess, name: string): Promise<number> {
    const port = await role.port(/^health and metrics on /);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line.startsWith(name) && !line.startsWith('#'));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  /** Sends a workbook; faults are to be done while it runs, so the returned promise resolves once it is under way. */
  replay(file: string, options: Partial<ReplayOptions> = {}): Replaying {
    const stop = new AbortController();
    let settled = 0;
    let ended = false;
    const hooks: ReplayHooks = {
      signal: stop.signal,
      onProgress: ({ acknowledged, rejected }) => (settled = acknowledged + rejected),
    };
    const done = replay({ file, url: this.gatewayUrl, giveUpAfter: 90, ...options }, hooks).finally(
      () => (ended = true),
    );
    // Whoever awaits `done` hears of a failure; until then it must not count as unhandled.
    done.catch(() => undefined);
    const replaying: Replaying = {
      done,
      settled: () => settled,
      until: async (rows) => {
        const answer = await until(`${rows} rows are acknowledged`, () =>
          settled >= rows ? 'reached' : ended ? 'ended' : null,
        );
        if (answer === 'ended') await done;
        if (ended) throw new Error(`the replay had ended before the fault: slow it down`);
      },
      abort: () => stop.abort(),
    };
    this.#replays.push(replaying);
    return replaying;
  }

  /** Asks the API; the body is read as JSON. */
  async get(path: string, init?: RequestInit): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(`${this.apiUrl}${path}`, init);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  async stats(): Promise<Stats> {
    return this.ask<Stats>('/v1/stats');
  }

  /** Asks the API: by GET, or by POST where there is a body. Throws unless it answers by a 2xx. The shape is the caller's claim. */
  async ask<Body>(path: string, body?: object): Promise<Body> {
    const init =
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`${this.apiUrl}${path}`, init);
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Body;
  }

  async logEnds(): Promise<LogEnds> {
    const brokers = this.#options.brokersDirectly ?? this.#options.brokers;
    return brokers === null ? inboxEnds(this.databaseUrl) : kafkaEnds(brokers, this.topic);
  }

  /** Resolves when everything on the log is stored. */
  async settled(): Promise<void> {
    const ends = await this.logEnds();
    await until(
      'the log is stored to its end',
      async () => {
        const failed = this.workers.find((worker) => worker.hasEnded);
        const stored = await this.positions();
        const behind = [...ends].filter(([partition, end]) => (stored.get(partition) ?? 0) < end);
        if (behind.length === 0) return true;
        const report = failed === undefined ? '' : `; ${failed.report()}`;
        throw new Error(`behind on ${JSON.stringify(behind)} at ${JSON.stringify([...stored])}${report}`);
      },
      SETTLE_TIMEOUT_MS,
    );
  }

  /** Next offset by partition, as stored. */
  async positions(): Promise<ReadonlyMap<number, number>> {
    const rows = await query<{ partition: number; next_offset: string | null }>(
      this.databaseUrl,
      'select partition, next_offset from consumer_positions',
    );
    return new Map(rows.map(({ partition, next_offset }) => [partition, Number(next_offset ?? 0)]));
  }

  async stored(): Promise<StoredState> {
    return readStoredState(this.databaseUrl);
  }

  /**
   * Waits for the log to be stored, then holds tables and counters against the oracle, the aggregates against what is computed anew
   * from the readings, and what is there against what was counted when it was stored; no worker has told of anything missing.
   */
  async verify(expected: Expected, tolerance: Tolerance): Promise<void> {
    await this.settled();
    expectToMatch(await this.stored(), await this.stats(), expected, tolerance);
    await this.verifyAggregates();
    await expectAccounted(this.databaseUrl);
    const alarms = this.workers.flatMap(({ lines }) => lines.filter(({ msg }) => isOfMissing(msg)));
    expect(alarms, 'what the accounting monitor of the workers told').toEqual([]);
  }

  /** `rebuild` finds no difference, and has looked at every series, on a system that stores nothing meanwhile. */
  async verifyAggregates(): Promise<void> {
    const rebuilt: unknown = JSON.parse(await this.command('rebuild', '--check', '--json'));
    const [known] = await query<{ series: number }>(
      this.databaseUrl,
      'select count(distinct series_id)::integer as series from readings',
    );
    expect(rebuilt).toMatchObject({
      complete: true,
      differences: 0,
      examples: [],
      unsettled: 0,
      series: known?.series,
    });
  }

  /** Every role's report, for a failed test. */
  report(): string {
    return this.#started.map((role) => role.report()).join('\n');
  }

  async dispose(): Promise<void> {
    for (const replaying of this.#replays) replaying.abort();
    await Promise.all(this.#started.map((role) => role.dispose()));
    await Promise.all(this.#replays.map(({ done }) => done.catch(() => undefined)));
    await this.#dropDatabase();
    if (this.#options.databaseUrl === undefined) await dropRoles(this.rolePrefix);
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** A further role as its own user of the database, or a command as the owner, with the environment of the others; ended with them. `program`: another version's `main.js`. */
  spawn(args: readonly string[], env: Readonly<Record<string, string>> = {}, program = PROGRAM): RoleProcess {
    const [name] = args;
    const url = isPart(name) ? urlOfLogin(this.databaseUrl, name, this.rolePrefix) : this.databaseUrl;
    const role = new RoleProcess(args, { ...this.#env, DATABASE_URL: url, ...env }, program);
    this.#started.push(role);
    return role;
  }
}
