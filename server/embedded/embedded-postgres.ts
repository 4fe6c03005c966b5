import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { isAlive } from '../lifecycle/is-alive.js';
import { postgresBinaries } from './postgres-binaries.js';
import { launchAs, unprivilegedIdentity, type Identity } from './unprivileged.js';

export interface EmbeddedPostgresOptions {
  /** Directory for the cluster, its password and its log; made when missing. */
  readonly dataDir: string;
  /** Default: any free one. */
  readonly port?: number;
  /** Further `name=value` settings. */
  readonly settings?: readonly string[];
}

/** Settings of the embedded server: a quick start on a laptop, yet durable. docs/tuning.md has the reason of each. */
export const EMBEDDED_SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'shared_buffers=256MB',
  'max_wal_size=2GB',
  'checkpoint_timeout=15min',
  'wal_compression=on',
  'timezone=UTC',
  'log_timezone=UTC',
  'jit=off',
];

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 15_000;
const POLL_MS = 20;

/**
 * A PostgreSQL 18 of our own, from an npm package's binaries. We start it ourselves rather than by the package's own
 * wrapper, which installs exit hooks that would end the process before our ordered stop.
 */
export class EmbeddedPostgres {
  readonly url: string;
  private readonly process: ChildProcess;
  private readonly ended: Promise<void>;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.process = child;
    // Whoever ends without stopping it (a second Ctrl-C, a failure) must not leave it behind.
    const end = (): void => void child.kill('SIGINT');
    process.once('exit', end);
    this.ended = new Promise((ended) => {
      child.once('exit', () => {
        process.off('exit', end);
        ended();
      });
    });
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** Initialises the cluster when there is none, ends what a killed predecessor left running, and starts. */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const dataDir = resolve(options.dataDir);
    const cluster = join(dataDir, 'postgres');
    const binaries = await postgresBinaries();
    const identity = unprivilegedIdentity();
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const password = await ensureCluster(binaries.initdb, dataDir, cluster, identity);
    await endOrphan(cluster);

    const port = options.port ?? (await freePort());
    const settings = [...EMBEDDED_SETTINGS, `port=${port}`, ...(options.settings ?? [])];
    const args = ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])];
    const { child, output } = start(binaries.postgres, args, identity);
    await ready(child, cluster, output);
    return new EmbeddedPostgres(`postgres://meterpulse:${password}@127.0.0.1:${port}/postgres`, child);
  }

  /** Resolves when the server has ended, however that came. */
  async whenEnded(): Promise<void> {
    await this.ended;
  }

  /** Fast shutdown: open transactions are rolled back; resolves when the server has ended. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGINT');
    const timer = setTimeout(() => this.process.kill('SIGQUIT'), STOP_TIMEOUT_MS);
    await this.ended;
    clearTimeout(timer);
  }
}

/** Resolves with the password. A cluster is made under another name first: one that was interrupted is never taken for whole. */
async function ensureCluster(
  initdb: string,
  dataDir: string,
  cluster: string,
  identity: Identity | null,
): Promise<string> {
  const passwordFile = join(dataDir, 'postgres.password');
  const exists = await stat(cluster).then(
    () => true,
    () => false,
  );
  if (exists) return readPassword(passwordFile, cluster);

  const password = randomBytes(18).toString('base64url');
  await writeFile(passwordFile, password, { mode: 0o600 });
  const unfinished = `${cluster}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (identity !== null) {
    await chown(passwordFile, identity.uid, identity.gid);
    await chown(unfinished, identity.uid, identity.gid);
  }
  const authentication = ['-U', 'meterpulse', '-A', 'scram-sha-256', '--pwfile', passwordFile];
  const args = ['-D', unfinished, ...authentication, '-E', 'UTF8', '--locale=C', '--no-instructions'];
  const { child, output } = start(initdb, args, identity);
  const code = await new Promise<number | null>((ended) => child.once('exit', ended));
  if (code !== 0) throw failure(`initdb ended with exit code ${code ?? 'none'}`, output());
  await rename(unfinished, cluster);
  return password;
}

async function readPassword(file: string, cluster: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new MeterpulseError('EMBEDDED_POSTGRES_FAILED', `${cluster} is there, but not its password.`, {
      cause,
      remedy: 'Restore postgres.password beside it, or set another DATA_DIR.',
    });
  }
}

/** A process that was killed can't stop its PostgreSQL: end it here, or the new one finds its cluster taken. */
async function endOrphan(cluster: string): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  // Another program may have been given the number since: only a postgres on this cluster is ours to end.
  if (command?.includes(cluster) !== true) return;
  process.kill(pid, 'SIGINT');
  for (let waited = 0; waited < STOP_TIMEOUT_MS; waited += POLL_MS) {
    if (!isAlive(pid)) return;
    await delay(POLL_MS);
  }
  throw failure(`an earlier PostgreSQL (process ${pid}) does not end`, '');
}

/** PostgreSQL writes its state into the eighth line of postmaster.pid: what pg_ctl waits for, too. */
async function ready(child: ChildProcess, cluster: string, output: () => string): Promise<void> {
  for (let waited = 0; waited < START_TIMEOUT_MS; waited += POLL_MS) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw failure('PostgreSQL did not start', output());
    const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return;
    await delay(POLL_MS);
  }
  child.kill('SIGQUIT');
  throw failure('PostgreSQL was not ready within 30 s', output());
}

const KEPT_OUTPUT = 8_000;

function start(
  command: string,
  args: readonly string[],
  identity: Identity | null,
): { child: ChildProcess; output: () => string } {
  const launch = launchAs(identity, command, args);
  // A group of its own: Ctrl-C in a terminal reaches the whole foreground group, and PostgreSQL must end last.
  const child = spawn(launch.command, launch.args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(launch.uid === undefined ? {} : { uid: launch.uid, gid: launch.gid }),
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', (error) => keep(Buffer.from(error.message)));
  return { child, output: () => output };
}

function failure(what: string, output: string): MeterpulseError {
  const lastLines = output.trim().split('\n').slice(-3).join(' | ');
  return new MeterpulseError('EMBEDDED_POSTGRES_FAILED', lastLines === '' ? what : `${what}: ${lastLines}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw failure('no free port', '');
  return address.port;
}
