import type { Worker } from 'node:cluster';
import type { FromProcess, MetricsJson, ToProcess } from './ipc.js';
import { within } from '../sockets/within.js';

type Answer = Extract<FromProcess, { type: 'answer' }>;
export type Failure = Extract<FromProcess, { type: 'failed' }>;

/** What a process said before it ended is read at most this long after its exit, ms. */
const LAST_WORDS_MS = 1_000;

/** The primary's view of one gateway process. */
export class SupervisedProcess {
  readonly startedAt = performance.now();
  /** When it got its place, `performance.now()`. */
  placedAt = performance.now();
  ready = false;
  /** Resolves when it accepts connections. */
  readonly isReady: Promise<void>;
  private becomeReady: () => void = () => undefined;
  /** What it said of its end before it ended. */
  failure: Failure | null = null;
  /** The metrics it told last. */
  lastMetrics: MetricsJson = [];
  /** Resolves with how it ended, also when it could not be started at all. */
  readonly exited: Promise<string>;
  /** Resolves after the exit, when the channel is read to its end or nothing more can be hoped for. */
  readonly lastWords: Promise<void>;
  private asked = 0;
  private readonly waiting = new Map<number, (answer: Answer) => void>();

  constructor(readonly worker: Worker) {
    this.isReady = new Promise((resolve) => (this.becomeReady = resolve));
    this.exited = new Promise((resolve) => {
      worker.once('exit', (code: number | null, signal: string | null) =>
        resolve(signal ?? `exit code ${code ?? 'unknown'}`),
      );
      worker.on('error', ({ message }) => {
        // Of a process that never was there is no exit. Otherwise it is a broken channel, which shows as the exit that follows.
        if (worker.process.pid === undefined) resolve(`it could not be started: ${message}`);
      });
    });
    // Not the worker's 'disconnect': node never emits it for a process that was killed while a socket was being handed to it,
    // since it waits for the dead to confirm (`_handleQueue` in its child_process). 'close' counts exit and end of channel.
    const readToItsEnd = new Promise<void>((resolve) => worker.process.once('close', () => resolve()));
    this.lastWords = this.exited.then(() => within(LAST_WORDS_MS, readToItsEnd));
  }

  get pid(): number | undefined {
    return this.worker.process.pid;
  }

  noteReady(): void {
    this.ready = true;
    this.becomeReady();
  }

  send(message: ToProcess): void {
    if (this.worker.isConnected()) this.worker.send(message, () => undefined);
  }

  answered(answer: Answer): void {
    this.waiting.get(answer.number)?.(answer);
  }

  /** What keeps the process from doing its part; null when nothing does. */
  async unready(timeoutMs: number): Promise<string | null> {
    if (!this.ready) return 'is not ready yet';
    const answer = await this.ask('readiness', timeoutMs);
    return answer === undefined ? `does not answer within ${timeoutMs} ms` : answer.unready;
  }

  /** A process too busy to answer is counted as it was when last asked: a sum must not seem to fall. */
  async metrics(timeoutMs: number): Promise<MetricsJson> {
    if (this.ready) this.lastMetrics = (await this.ask('metrics', timeoutMs))?.metrics ?? this.lastMetrics;
    return this.lastMetrics;
  }

  private async ask(what: 'metrics' | 'readiness', timeoutMs: number): Promise<Answer | undefined> {
    const number = ++this.asked;
    const answer = new Promise<Answer | undefined>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs, undefined);
      this.waiting.set(number, (given) => {
        clearTimeout(timer);
        resolve(given);
      });
    });
    this.send({ type: 'ask', number, what });
    try {
      return await answer;
    } finally {
      this.waiting.delete(number);
    }
  }
}
