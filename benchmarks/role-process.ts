import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { compiled } from './compile.js';

const READY_TIMEOUT_MS = 60_000;

/** A role as its user starts it, `meterpulse <role>`. */
export class RoleProcess implements AsyncDisposable {
  #output = '';

  private constructor(
    private readonly role: string,
    private readonly process: ChildProcess,
    private readonly adminPort: number,
  ) {
    const keep = (chunk: Buffer): void =>
      void (this.#output = (this.#output + chunk.toString()).slice(-4_000));
    process.stdout?.on('data', keep);
    process.stderr?.on('data', keep);
  }

  /** Resolves when the role's own readiness says so. */
  static async start(
    role: string,
    adminPort: number,
    environment: Readonly<Record<string, string>>,
    nodeArgs: readonly string[] = [],
  ): Promise<RoleProcess> {
    const args = ['--enable-source-maps', ...nodeArgs, compiled('server/main'), role];
    const child = spawn(process.execPath, args, {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        LOG_LEVEL: 'warn',
        LOG_FORMAT: 'json',
        ADMIN_PORT: String(adminPort),
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started = new RoleProcess(role, child, adminPort);
    try {
      await started.#ready(adminPort);
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** Where its metrics are. */
  get metricsUrl(): string {
    return `http://127.0.0.1:${this.adminPort}/metrics`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 20_000);
    await exited;
    clearTimeout(timer);
  }

  async #ready(adminPort: number): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (Date.now() < deadline) {
      if (this.process.exitCode !== null) break;
      const answer = await fetch(`http://127.0.0.1:${adminPort}/health/ready`).catch(() => undefined);
      if (answer?.ok === true) return;
      await delay(100);
    }
    throw new Error(`${this.role} is not ready: ${this.#output}`);
  }
}
