/**
 * A child process that is measured or that makes the load. It is asked by messages, one answer each:
 *
 *     parent -> child   { call: "name", argument }
 *     child  -> parent  { result } | { failure: "text" }
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { compiled } from './compile.js';

interface Answer {
  readonly result?: unknown;
  readonly failure?: string;
}

const STOP_TIMEOUT_MS = 15_000;

export class Child implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #name: string;
  #errors = '';

  private constructor(name: string, process: ChildProcess) {
    this.#name = name;
    this.#process = process;
    process.stderr?.on(
      'data',
      (chunk: Buffer) => (this.#errors = (this.#errors + chunk.toString()).slice(-4_000)),
    );
  }

  /** Starts the compiled module of `source`; its first call waits until it is loaded. */
  static start(
    source: string,
    environment: Readonly<Record<string, string>> = {},
    options: { readonly args?: readonly string[]; readonly nodeArgs?: readonly string[] } = {},
  ): Child {
    const process = fork(compiled(source), [...(options.args ?? [])], {
      env: { ...inherited(), LOG_LEVEL: 'warn', LOG_FORMAT: 'json', ...environment },
      execArgv: ['--enable-source-maps', ...(options.nodeArgs ?? [])],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    return new Child(source, process);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** One call at a time. Rejects when the child fails or ends. The answer's shape is the two sides' agreement. */
  async call<Result>(name: string, argument: unknown = null): Promise<Result> {
    const over = new AbortController();
    try {
      const answer = once(this.#process, 'message', { signal: over.signal });
      const ended = once(this.#process, 'exit', { signal: over.signal }).then(() => {
        throw new Error(`${this.#name} ended: ${this.#errors}`);
      });
      if (!this.#process.connected) throw new Error(`${this.#name} is gone: ${this.#errors}`);
      this.#process.send({ call: name, argument });
      const [message] = (await Promise.race([answer, ended])) as [Answer];
      if (message.failure !== undefined) throw new Error(`${this.#name}: ${message.failure}`);
      return message.result as Result;
    } finally {
      over.abort();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** SIGTERM, and SIGKILL for one that does not end. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  }
}

/** The child's side: answers calls until the process is ended. */
export function serve(calls: Readonly<Record<string, (argument: never) => unknown>>): void {
  process.on('message', (message: { call: string; argument: never }) => {
    void answer(calls[message.call], message).then((sent) => process.send?.(sent));
  });
  process.on('disconnect', () => process.exit(0));
  // An ordered exit, so that a CPU profile is written.
  process.once('SIGTERM', () => process.exit(0));
}

async function answer(
  call: ((argument: never) => unknown) | undefined,
  message: { call: string; argument: never },
): Promise<Answer> {
  try {
    if (call === undefined) throw new Error(`nothing is named ${message.call}`);
    return { result: (await call(message.argument)) ?? null };
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** What a program needs of our own environment: a stray variable of the user must not change what is measured. */
function inherited(): Record<string, string> {
  return Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
