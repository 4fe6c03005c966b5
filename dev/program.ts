import { spawn, type ChildProcess } from 'node:child_process';

export interface ProgramOptions {
  /** The module to run. */
  readonly main: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** One that takes longer to stop is killed, ms. */
  readonly stopTimeoutMs: number;
}

const END_WITH_PARENT = new URL('./end-with-parent.mjs', import.meta.url).href;

/** How a program ended by itself: its exit code, or the signal's name. */
export type Ending = number | string;

/** The program under development: one process (and those that it starts) at a time. */
export class Program {
  private child: ChildProcess | undefined;
  private exited: Promise<Ending> = Promise.resolve(0);

  constructor(private readonly options: ProgramOptions) {}

  get isRunning(): boolean {
    return this.child !== undefined;
  }

  /** Resolves with the ending when it ends. */
  async ended(): Promise<Ending> {
    return this.exited;
  }

  start(): void {
    const { main, args, environment } = this.options;
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', '--import', END_WITH_PARENT, main, ...args],
      { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: environment },
    );
    this.child = child;
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ?? code ?? 0));
    });
    void this.exited.then(() => {
      process.off('exit', kill);
      this.child = undefined;
    });
  }

  /** Closing the channel is the request to stop: it reaches the program on every platform, and when this process is killed. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), this.options.stopTimeoutMs);
    await this.exited;
    clearTimeout(timer);
  }
}
