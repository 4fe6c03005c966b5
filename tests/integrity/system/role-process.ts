import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { until } from '../until.js';

/** A line of the program's JSON log. */
export interface LogLine {
  readonly level?: string;
  readonly msg?: string;
  readonly port?: number;
  readonly code?: string;
  readonly [field: string]: unknown;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The program as it is built here. */
export const PROGRAM = 'dist/server/main.js';

/**
 * The shell becomes the program, so that its pid is the program's own, and leads a process group with all that it forks. A watch
 * in that group reads a pipe from the test runner: when the runner lets go of it, however it ended, the group is killed.
 * The pipe isn't stdin, which node closes as soon as the program has ended: what it forked is to end by itself.
 */
const WATCHED = `( trap '' TERM INT; read -r line <&3; kill -s KILL -- -$$ ) >/dev/null 2>&1 &
exec "$@" 3<&- </dev/null`;

/** One child process of the compiled program, with the log it writes. */
export class RoleProcess {
  readonly name: string;
  readonly lines: LogLine[] = [];
  readonly #child: ChildProcess;
  readonly #leash: Writable;
  readonly #ended: Promise<Ended>;
  #end: Ended | null = null;
  #stdout = '';

  /** @param program path of the `main.js` to run. */
  constructor(args: readonly string[], env: Readonly<Record<string, string>>, program = PROGRAM) {
    this.name = args.join(' ');
    const command = [process.execPath, '--enable-source-maps', program, ...args];
    this.#child = spawn('sh', ['-c', WATCHED, 'watched', ...command], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', LOG_FORMAT: 'json', ...env },
    });
    this.#leash = this.#child.stdio[3] as Writable;
    this.#leash.on('error', () => undefined);
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#stdout += chunk.toString()));
    if (this.#child.stderr === null) throw new Error('no pipe from the program');
    createInterface({ input: this.#child.stderr }).on('line', (line) => this.lines.push(parse(line)));
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#end = { code, signal };
        resolve(this.#end);
      });
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.name} did not start`);
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#end !== null;
  }

  get stdout(): string {
    return this.#stdout;
  }

  async ended(): Promise<Ended> {
    return this.#ended;
  }

  /** The first log line that fits. Throws with the log's end when the process ends before, or after two minutes. */
  async logged(what: string, fits: (line: LogLine) => boolean): Promise<LogLine> {
    return until(`${this.name} logs ${what}`, () => {
      const line = this.lines.find(fits);
      if (line === undefined && this.#end !== null) throw new Error(this.report());
      return line;
    });
  }

  /** Its port, from the line that says where it listens. */
  async port(listening: RegExp): Promise<number> {
    const { port } = await this.logged(String(listening), (line) => listening.test(line.msg ?? ''));
    if (port === undefined) throw new Error(`${this.name} logged no port`);
    return port;
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** kill -9, of this process alone: what it forked must notice by itself. */
  async kill9(): Promise<void> {
    this.signal('SIGKILL');
    await this.#ended;
  }

  /** SIGTERM, and how it ended. Throws when it takes longer than `withinMs`. */
  async stop(withinMs = 30_000): Promise<Ended> {
    if (this.#end === null) this.signal('SIGTERM');
    return until(`${this.name} has stopped`, () => this.#end, withinMs);
  }

  /** Ids of the processes that it forked, the watch not among them. */
  forked(): number[] {
    const children = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8');
    return children
      .split(' ')
      .filter((text) => text !== '')
      .map(Number)
      .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(process.execPath));
  }

  /** Ends whatever is left of the group. */
  async dispose(): Promise<void> {
    this.#leash.end();
    if (this.#end === null) process.kill(-this.pid, 'SIGKILL');
    await this.#ended;
  }

  /** How it stands, for a failed test. */
  report(): string {
    const how = this.#end === null ? 'runs' : `ended by ${this.#end.signal ?? `code ${this.#end.code}`}`;
    const tail = this.lines.slice(-15).map((line) => JSON.stringify(line));
    return [`${this.name} (${how}) logged last:`, ...tail].join('\n  ');
  }
}

function parse(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { msg: line };
  }
}
