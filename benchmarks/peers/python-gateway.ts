import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pythonEnvironment } from '../../tests/harness/python-environment.js';
import type { Usage } from '../process-usage.js';

/** What the Python peer needs beyond what the tests do. */
export const PYTHON_REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');

/** The Python peer's process; it answers a line with a line. */
export class PythonGateway implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #errors = '';

  private constructor(process: ChildProcess) {
    this.#process = process;
    if (process.stdout === null) throw new Error('the peer has no output');
    this.#lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
    process.stderr?.on(
      'data',
      (chunk: Buffer) => (this.#errors = (this.#errors + chunk.toString()).slice(-4_000)),
    );
    // It may have ended when it is asked.
    process.stdin?.on('error', () => undefined);
  }

  /** Makes the virtual environment when there is none yet. Rejects where Python is missing, with what is needed. */
  static async start(databaseUrl: string): Promise<{ gateway: PythonGateway; port: number }> {
    const python = await pythonEnvironment([PYTHON_REQUIREMENTS]);
    const child = spawn(python, [join(import.meta.dirname, 'ocpp_asyncpg.py')], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DATABASE_URL: databaseUrl },
      stdio: 'pipe',
    });
    const gateway = new PythonGateway(child);
    try {
      return { gateway, ...(await gateway.#said<{ port: number }>()) };
    } catch (error) {
      await gateway.stop();
      throw error;
    }
  }

  usage(): Promise<Usage> {
    this.#process.stdin?.write('\n');
    return this.#said<Usage>();
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    // It holds nothing that a kill could harm, and takes long to close thousands of sockets.
    this.#process.kill('SIGKILL');
    await ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #said<Line>(): Promise<Line> {
    const line = await this.#lines.next();
    if (line.done === true) throw new Error(`the Python peer ended: ${this.#errors}`);
    return JSON.parse(line.value) as Line;
  }
}
