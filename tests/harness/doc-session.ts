import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { freePorts } from './free-ports.js';

/** Ports as the pages name them. */
const PORTS = [3000, 3001, 3002, 9464, 9465, 9466, 9467] as const;

/** What a page's commands must not see of the repository, and need not. */
const LEFT_OUT = new Set(['node_modules', '.git', '.cache', '.meterpulse', 'coverage']);

/** Commands that stay, and what they print when they are ready. */
const STAYING: readonly (readonly [RegExp, string])[] = [
  [/^npm (start|run dev)$/, 'REST API on'],
  [/^npm run demo -- --keep/, 'Ctrl-C ends it'],
  [/^npm run (start|dev)-server$/, 'gateway on'],
  [/^npm run (start|dev)-worker$/, 'health and metrics on'],
  [/^npm run (start|dev)-api$/, 'REST API on'],
  [/^npm run (start|dev)-live$/, 'live feed on'],
];
const CLIENT = /^(npm run (\w+-(sendData|client)|simulate)\b|(npx )?meterpulse (replay|client|simulate)\b)/;

/** Of roles that are started alone. */
const ADMIN_PORTS = [
  [/\bworker\b/, 9465],
  [/\bapi\b/, 9466],
  [/\blive\b/, 9467],
] as const;

/** What is exported lasts for the page, save the port that each role has its own of. */
const KEEP_EXPORTS = "export -p | grep -v ' ADMIN_PORT=' > .exports";

const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 60_000;

export interface DocServices {
  readonly kafkaBroker: string | null;
  /** For pages that name a database of the reader's own. */
  readonly databaseUrl: string;
}

interface RunOptions {
  /** Makes the whole of it stay, ready once it printed this. */
  readonly until?: string | undefined;
  /** What it ends with; a page shows failures too. */
  readonly exitCode?: number;
}

interface Stays {
  readonly command: string;
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly output: () => string;
}

/**
 * A reader at a terminal who follows one page, in a copy of the repository that has everything installed and built. Ports
 * are free ones: the pages' own are replaced in commands, and in what is printed.
 */
export class DocSession implements AsyncDisposable {
  readonly #staying: Stays[] = [];

  private constructor(
    private readonly directory: string,
    private readonly ports: ReadonlyMap<number, number>,
    private readonly services: DocServices,
  ) {}

  static async open(services: DocServices): Promise<DocSession> {
    const directory = await mkdtemp(join(tmpdir(), 'meterpulse-docs-'));
    for (const entry of await readdir('.')) {
      if (LEFT_OUT.has(entry)) continue;
      // Of load-tests too.
      const filter = (path: string): boolean => basename(path) !== 'node_modules';
      await cp(entry, join(directory, entry), { recursive: true, preserveTimestamps: true, filter });
    }
    // What was built is of what was copied, whatever is edited meanwhile.
    const now = new Date();
    await utimes(join(directory, 'dist/server/main.js'), now, now);
    await symlink(resolve('node_modules'), join(directory, 'node_modules'));
    await symlink(resolve('load-tests/node_modules'), join(directory, 'load-tests/node_modules'));
    await mkdir(join(directory, '.bin'));
    const program = join(directory, '.bin/meterpulse');
    await writeFile(program, '#!/bin/sh\nexec node dist/server/main.js "$@"\n');
    await chmod(program, 0o755);
    await writeFile(join(directory, '.exports'), '');
    // In a terminal curl shows no progress beside what it prints; here it would.
    await writeFile(join(directory, '.curlrc'), 'silent\nshow-error\n');
    const free = await freePorts(PORTS.length);
    const session = new DocSession(
      directory,
      new Map(PORTS.map((port, at) => [port, free[at] ?? 0])),
      services,
    );
    return session;
  }

  /** Runs the lines of a `sh` block; resolves with what they printed. */
  async run(code: string, { until, exitCode = 0 }: RunOptions = {}): Promise<string> {
    if (until !== undefined) {
      await this.#stay(code, until);
      return '';
    }
    let output = '';
    let lines: string[] = [];
    const flush = async (): Promise<void> => {
      if (lines.length > 0) output += await this.#finish(lines.join('\n'), exitCode);
      lines = [];
    };
    for (const line of commandsOf(code)) {
      const ready = STAYING.find(([pattern]) => pattern.test(line))?.[1];
      if (ready === undefined) lines.push(line);
      else {
        await flush();
        await this.#stay(line, ready);
      }
    }
    await flush();
    return output;
  }

  /** Runs a `sql` block on the database that the page's roles use. */
  async query(sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: await this.#databaseUrl() });
    await client.connect();
    try {
      return (await client.query<object>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async writeFile(name: string, text: string): Promise<void> {
    await writeFile(join(this.directory, name), this.#withOurPorts(`${text}\n`));
  }

  /** What everybody does at the end of a page, or of a section: Ctrl-C in each terminal. */
  async interrupt(): Promise<void> {
    const staying = this.#staying.splice(0);
    for (const { child } of staying) signal(child, 'SIGINT');
    const ended = Promise.all(staying.map((each) => each.ended));
    if ((await Promise.race([ended, delay(STOP_TIMEOUT_MS, 'late', { ref: false })])) !== 'late') return;
    const late = staying.filter(({ child }) => isRunning(child));
    for (const { child } of late) signal(child, 'SIGKILL');
    const told = late.map(({ command, output }) => `${command}: ${output().slice(-2_000)}`);
    throw new Error(`did not end by Ctrl-C: ${told.join('\n')}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.interrupt();
    } finally {
      await rm(this.directory, { recursive: true, force: true });
    }
  }

  async #finish(script: string, exitCode: number): Promise<string> {
    const { child, output } = this.#spawn(`${script}\n${KEEP_EXPORTS}`);
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== exitCode) throw new Error(`\n${script}\nended with ${code ?? 'a signal'}:\n${output()}`);
    return this.#withTheirPorts(output());
  }

  async #stay(command: string, until: string): Promise<void> {
    const started = this.#spawn(`exec ${command}`);
    this.#staying.push(started);
    const deadline = performance.now() + READY_TIMEOUT_MS;
    while (!started.output().includes(until)) {
      if (!isRunning(started.child) || performance.now() > deadline) {
        throw new Error(`${command} did not print "${until}":\n${started.output()}`);
      }
      await delay(25);
    }
  }

  #spawn(script: string): Stays {
    const command = this.#withOurPorts(script);
    const child = spawn('bash', ['-euo', 'pipefail', '-c', `source ./.exports\n${command}`], {
      cwd: this.directory,
      env: this.#environment(command),
      // A process group of its own, as a terminal gives it: Ctrl-C reaches all of it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    const keep = (chunk: Buffer): void => void (text += chunk.toString());
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    return { command, child, ended: once(child, 'exit'), output: () => text };
  }

  #environment(command: string): NodeJS.ProcessEnv {
    const port = (named: (typeof PORTS)[number]): string => String(this.ports.get(named));
    const admin = ADMIN_PORTS.find(([role]) => role.test(command))?.[1] ?? 9464;
    return {
      PATH: `${join(this.directory, '.bin')}:${process.env['PATH'] ?? ''}`,
      HOME: process.env['HOME'],
      CURL_HOME: this.directory,
      NO_COLOR: '1',
      GATEWAY_PORT: port(3000),
      API_PORT: port(3001),
      LIVE_PORT: port(3002),
      ADMIN_PORT: port(admin),
      GATEWAY_PROCESSES: '1',
      GATEWAY_DRAIN_MS: '0',
      // A machine that all tests run on is late: it is no overload that a page is about.
      GATEWAY_OVERLOAD_LOOP_DELAY_MS: '0',
      LIVE_DRAIN_MS: '0',
      // The broker is shared with other tests.
      KAFKA_TOPIC: `docs-${port(3000)}`,
      KAFKA_GROUP: `docs-${port(3000)}`,
      npm_config_update_notifier: 'false',
      npm_config_loglevel: 'error',
    };
  }

  #withOurPorts(text: string): string {
    let ours = text.replaceAll('127.0.0.1:9092', this.services.kafkaBroker ?? 'no-kafka:1');
    ours = ours.replaceAll(/postgres:\/\/user:password@[\w.:/]+/g, this.services.databaseUrl);
    for (const [theirs, free] of this.ports) ours = ours.replaceAll(`:${theirs}`, `:${free}`);
    return ours
      .split('\n')
      .map((line) => this.#withGateway(line))
      .join('\n');
  }

  /** A client's port comes by its command line alone. */
  #withGateway(line: string): string {
    const client = CLIENT.exec(line)?.[0];
    if (client === undefined || line.includes('--url')) return line;
    const rest = line.slice(client.length).replace(/^ --(?= |$)/, '');
    const separator = client.startsWith('npm') ? ' --' : '';
    return `${client}${separator} --url ws://127.0.0.1:${this.ports.get(3000)}${rest}`;
  }

  #withTheirPorts(text: string): string {
    let theirs = text;
    for (const [named, free] of this.ports) theirs = theirs.replaceAll(`:${free}`, `:${named}`);
    return theirs;
  }

  async #databaseUrl(): Promise<string> {
    const running = await readFile(join(this.directory, '.meterpulse/running.json'), 'utf8').catch(
      () => null,
    );
    if (running === null) return this.services.databaseUrl;
    return (JSON.parse(running) as { databaseUrl: string }).databaseUrl;
  }
}

/** Lines, with those joined that end in a backslash; comments at their end left out. */
function commandsOf(code: string): string[] {
  return code
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/\s+# .*$/, ''))
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined || !isRunning(child)) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // It ended this very moment.
  }
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
