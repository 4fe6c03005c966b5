import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '../../integrity/until.js';
import type { GatewayState } from './fuzzed-gateway.js';

const MODULE = fileURLToPath(new URL('fuzzed-gateway.ts', import.meta.url));

/** The gateway that is fuzzed, in a process of its own: that it lives on, and what it holds, is what is looked at. */
export class FuzzTarget implements AsyncDisposable {
  private errors = '';

  private constructor(
    private readonly process: ChildProcess,
    readonly port: number,
  ) {}

  static async start(): Promise<FuzzTarget> {
    const child = fork(MODULE, {
      execArgv: ['--import', 'tsx', '--expose-gc'],
      env: {
        PATH: process.env['PATH'],
        LOG_LEVEL: 'error',
        LOG_FORMAT: 'json',
        GATEWAY_PORT: '0',
        // A machine that all tests run on is late: nobody is to be turned away for that.
        GATEWAY_OVERLOAD_LOOP_DELAY_MS: '0',
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const started = await Promise.race([
      once(child, 'message').then(([message]) => message as { port: number }),
      once(child, 'exit').then(() => null),
    ]);
    if (started === null) throw new Error(`the gateway did not start: ${errors}`);
    const target = new FuzzTarget(child, started.port);
    child.stderr?.removeAllListeners('data');
    child.stderr?.on('data', (chunk: Buffer) => (target.errors += chunk.toString()));
    return target;
  }

  /** What it has logged as an error, or that it is gone; '' while all is well. */
  complaint(): string {
    const { exitCode, signalCode } = this.process;
    if (exitCode === null && signalCode === null) return this.errors;
    return `the gateway ended by ${signalCode ?? `code ${exitCode}`}: ${this.errors}`;
  }

  async state(): Promise<GatewayState> {
    const answer = once(this.process, 'message');
    this.process.send({});
    const [state] = (await answer) as [GatewayState];
    return state;
  }

  /** Resolves with what it holds when no connection is left and no frame waits. */
  async quiet(): Promise<GatewayState> {
    return until('the gateway is quiet', async () => {
      const state = await this.state();
      const { connections, unansweredFrames, inFlightBytes } = state;
      if (connections + unansweredFrames + inFlightBytes === 0) return state;
      throw new Error(JSON.stringify(state));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
  }
}
