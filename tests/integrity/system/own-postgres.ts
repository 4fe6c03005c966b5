import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../../server/embedded/embedded-postgres.js';
import { freePorts } from '../../harness/free-ports.js';
import { until } from '../until.js';

/** A PostgreSQL that a test may stop, kill and freeze; always on the same port, with the same data. */
export interface OwnPostgres {
  readonly url: string;
  /** Holds the cluster under `postgres`, and its password. */
  readonly dataDir: string;
  start(): Promise<void>;
  /** An orderly, fast shutdown. */
  stop(): Promise<void>;
  /** kill -9 of the postmaster and every backend, as when the machine's memory is exhausted. */
  kill9(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  freeze(): void;
  thaw(): void;
  dispose(): Promise<void>;
}

export interface OwnPostgresOptions {
  /** Further `name=value` settings. */
  readonly settings?: readonly string[];
  /** Fills the data directory before the first start. Default: the start makes a new cluster. */
  readonly prepare?: (dataDir: string) => Promise<void>;
}

/** Kills the given group when the test runner lets go of the pipe, however that came. */
const WATCH = 'read -r line; kill -9 "$1"';

export async function startOwnPostgres(options: OwnPostgresOptions = {}): Promise<OwnPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'meterpulse-postgres-'));
  const [port = 0] = await freePorts(1);
  const settings = ['max_connections=100', ...(options.settings ?? [])];
  const launch = async (): Promise<Running> => {
    const postgres = await EmbeddedPostgres.start({ dataDir, port, settings });
    const watch = spawn('sh', ['-c', WATCH, 'watch', String(postgres.pid)], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    watch.stdin.on('error', () => undefined);
    return { postgres, unwatch: () => watch.kill('SIGKILL') };
  };
  let running: Running | null = await (options.prepare?.(dataDir) ?? Promise.resolve())
    .then(launch)
    .catch(async (error: unknown) => {
      await rm(dataDir, { recursive: true, force: true });
      throw error;
    });
  const { url } = running.postgres;
  const signalAll = (signal: NodeJS.Signals): void => {
    const parent = running?.postgres.pid;
    if (parent === undefined) return;
    // Listed before the first signal: what loses its parent belongs to another one.
    const pids = [parent, ...childrenOf(parent)];
    for (const pid of pids) signalIfThere(pid, signal);
  };
  const own: OwnPostgres = {
    url,
    dataDir,
    async start() {
      running ??= await launch();
    },
    async stop() {
      await running?.postgres.stop();
      running?.unwatch();
      running = null;
    },
    async kill9() {
      const postgres = running?.postgres;
      if (postgres === undefined) return;
      const backends = childrenOf(postgres.pid);
      signalAll('SIGKILL');
      await postgres.whenEnded();
      await until('its backends have ended', () => backends.every((pid) => !isRunning(pid)));
      running?.unwatch();
      running = null;
    },
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
    async dispose() {
      if (running !== null) signalAll('SIGCONT');
      await own.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return own;
}

interface Running {
  readonly postgres: EmbeddedPostgres;
  readonly unwatch: () => void;
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => statOf(child)?.parent === pid);
}

/** Backends come and go. */
function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isRunning(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== null && stat.state !== 'Z';
}

/** The fields after the command's name, which may contain anything. */
function statOf(pid: number): { state: string; parent: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent = ''] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}
