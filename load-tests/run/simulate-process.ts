import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { compiled } from '../../benchmarks/compile.js';
import type { CredentialFiles } from '../../client/transport/credential-files.js';
import { SIMULATE_PREFIX } from './charge-points-of.js';
import type { Simulation } from './plan.js';

const STOP_TIMEOUT_MS = 15_000;

export interface SimulateSettings {
  readonly gatewayUrl: string;
  readonly holdMs: number;
  /** File for what was acknowledged. */
  readonly ledger: string;
  readonly files: CredentialFiles;
}

/** `meterpulse simulate`: the part of the rate that is more than Artillery sends. */
export class SimulateProcess {
  #out = '';
  #errors = '';
  #hasEnded = false;
  readonly #ended: Promise<number | null>;

  private constructor(private readonly process: ChildProcess) {
    process.stdout?.on('data', (chunk: Buffer) => (this.#out += chunk.toString()));
    process.stderr?.on(
      'data',
      (chunk: Buffer) => (this.#errors = (this.#errors + chunk.toString()).slice(-2_000)),
    );
    this.#ended = once(process, 'close').then(([code]) => {
      this.#hasEnded = true;
      return code as number | null;
    });
  }

  static start(plan: Simulation, settings: SimulateSettings): SimulateProcess {
    const { gatewayUrl, holdMs, ledger, files } = settings;
    const addresses =
      plan.localAddresses.length === 0 ? [] : ['--local-addresses', plan.localAddresses.join()];
    const args = [
      ...['--url', gatewayUrl, '--charge-points', String(plan.chargePoints), '--prefix', SIMULATE_PREFIX],
      ...['--rate', String(plan.rate), '--duration', `${Math.round(holdMs)}ms`, '--ramp', '1000'],
      ...['--processes', String(plan.processes), '--ledger', ledger, '--json', ...addresses],
      // It has nothing to show a key for: its charge points speak OCPP.
      ...(files.passwordsFile === undefined ? [] : ['--passwords-file', files.passwordsFile]),
      ...(files.caFile === undefined ? [] : ['--ca-file', files.caFile]),
    ];
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', compiled('server/main'), 'simulate', ...args],
      {
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      },
    );
    return new SimulateProcess(child);
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** Throws with its own words when it has ended, and said nothing. */
  throwIfFailed(): void {
    if (this.#hasEnded && this.#out.trim() === '')
      throw new Error(`meterpulse simulate ended without a summary: ${this.#errors.trim()}`);
  }

  /** What it says at its end. Throws as {@link throwIfFailed} does. */
  async summary(): Promise<{ readonly exitCode: number | null; readonly summary: Record<string, unknown> }> {
    const exitCode = await this.#ended;
    this.throwIfFailed();
    return { exitCode, summary: JSON.parse(this.#out) as Record<string, unknown> };
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.#ended;
    clearTimeout(timer);
  }
}
