import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { vi } from 'vitest';
import { PROGRAM } from '../../dev/commands.js';

const SOON = { timeout: 100_000, interval: 50 };

/** A checkout of the sources as they are, for tests that change them. Its DATA_DIR lies beside. */
export class SourceCopy {
  private constructor(private readonly folder: string) {}

  static async make(): Promise<SourceCopy> {
    const folder = await mkdtemp(join(tmpdir(), 'meterpulse-dev-'));
    for (const part of [...PROGRAM, 'dev', 'package.json', 'tsconfig.json']) {
      await cp(part, join(folder, 'sources', part), { recursive: true });
    }
    await symlink(resolve('node_modules'), join(folder, 'sources', 'node_modules'));
    return new SourceCopy(folder);
  }

  path(file: string): string {
    return join(this.folder, 'sources', file);
  }

  async append(file: string, text: string): Promise<void> {
    await appendFile(this.path(file), text);
  }

  /** Puts a file back as it is in the checkout that is tested. */
  async restore(file: string): Promise<void> {
    await writeFile(this.path(file), await readFile(file));
  }

  /** PostgreSQL's own process. */
  async postmaster(): Promise<number> {
    const text = await readFile(join(this.folder, 'data', 'postgres', 'postmaster.pid'), 'utf8');
    return Number(text.split('\n')[0]);
  }

  dev(command: string): DevMode {
    return new DevMode(this.path('dev/main.ts'), command, join(this.folder, 'data'));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

interface Line {
  readonly role: string;
  readonly pid: number;
  readonly msg: string;
  readonly port?: number;
}

/** `npm run dev` or one of its kin, on free ports. */
export class DevMode {
  output = '';
  private readonly child: ChildProcess;

  constructor(main: string, command: string, dataDir: string) {
    this.child = spawn(process.execPath, ['--import', 'tsx', main, command], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        NO_COLOR: '1',
        LOG_FORMAT: 'json',
        DATA_DIR: dataDir,
        GATEWAY_PORT: '0',
        // A machine that all tests run on is late: it is no overload that a test asks for.
        GATEWAY_OVERLOAD_LOOP_DELAY_MS: '0',
        API_PORT: '0',
        LIVE_PORT: '0',
        ADMIN_PORT: '0',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk: Buffer): void => void (this.output += chunk.toString());
    this.child.stdout?.on('data', keep);
    this.child.stderr?.on('data', keep);
  }

  get lines(): Line[] {
    return this.output
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Line);
  }

  /** The line that says where the REST API is, of each start that came so far. */
  get starts(): { readonly pid: number; readonly api: string }[] {
    return this.lines
      .filter(({ msg }) => msg.startsWith('REST API'))
      .map(({ pid, port = 0 }) => ({ pid, api: `http://127.0.0.1:${port}` }));
  }

  get restarts(): number {
    return this.lines.filter(({ msg }) => msg.startsWith('restarting')).length;
  }

  /** The start after so many others. */
  async started(after = 0): Promise<{ readonly pid: number; readonly api: string }> {
    return vi.waitFor(() => {
      const start = this.starts[after];
      if (start === undefined) throw new Error(`no start ${after + 1} yet: ${this.output.slice(-2_000)}`);
      return start;
    }, SOON);
  }

  async says(text: string, after = 0): Promise<void> {
    await vi.waitFor(() => {
      if (!this.output.slice(after).includes(text)) throw new Error(`not said: ${text}\n${this.output}`);
    }, SOON);
  }

  get gateway(): string {
    const port = this.lines.findLast(({ msg }) => msg.startsWith('gateway on'))?.port ?? 0;
    return `ws://127.0.0.1:${port}`;
  }

  /** Resolves with the exit code, or the signal's name. */
  async end(signal: NodeJS.Signals): Promise<number | string | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const ended = once(this.child, 'exit') as Promise<[number | null, string | null]>;
    this.child.kill(signal);
    const [code, by] = await ended;
    return code ?? by;
  }
}
