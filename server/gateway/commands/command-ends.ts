import type { Logger } from 'pino';
import type { EndedCommand } from '../../../store/commands/end-commands.js';
import type { RegistryMetrics } from '../sessions/registry-metrics.js';
import { within } from '../../sockets/within.js';

interface Held {
  readonly ended: EndedCommand;
  readonly since: number;
}

const BATCH_MAX = 200;
const HELD_MAX = 10_000;
const HELD_MS = 600_000;
const BACKOFF_MIN_MS = 200;
const BACKOFF_MAX_MS = 5_000;
const LAST_WRITES_MS = 2_000;

/**
 * How commands ended, on the way to the database: those that come while a write is under way go together. While the
 * database is down they are kept, within bounds.
 */
export class CommandEnds {
  private held: Held[] = [];
  private isWriting = false;
  private writing: Promise<void> = Promise.resolve();
  private isStopped = false;
  private wake: () => void = () => undefined;

  /** @param write rejects with DATABASE_UNAVAILABLE; a write may be repeated. */
  constructor(
    private readonly write: (ended: readonly EndedCommand[]) => Promise<void>,
    private readonly metrics: RegistryMetrics,
    private readonly logger: Logger,
    private readonly now: () => number = () => performance.now(),
  ) {
    metrics.watch({ endsBacklog: () => this.held.length });
  }

  put(ended: EndedCommand): void {
    this.metrics.commands(ended.end.state).inc();
    this.held.push({ ended, since: this.now() });
    if (this.held.length > HELD_MAX) {
      this.held.shift();
      this.metrics.droppedEnds.inc();
    }
    if (!this.isWriting) this.writing = this.writeAll();
  }

  /** Waits for the last writes, a few seconds at most. */
  async close(): Promise<void> {
    await within(LAST_WRITES_MS, this.writing);
    this.isStopped = true;
    this.wake();
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    let backoffMs = BACKOFF_MIN_MS;
    while (this.held.length > 0 && !this.isStopped) {
      const turn = this.held.slice(0, BATCH_MAX);
      try {
        await this.write(turn.map(({ ended }) => ended));
        const done = new Set(turn);
        this.held = this.held.filter((each) => !done.has(each));
        backoffMs = BACKOFF_MIN_MS;
      } catch (error) {
        if (backoffMs === BACKOFF_MIN_MS) {
          this.logger.warn({ err: error }, 'ends of commands can not be written down now, trying again');
        }
        this.dropOld();
        await this.pause(backoffMs);
        backoffMs = Math.min(BACKOFF_MAX_MS, backoffMs * 2);
      }
    }
    this.isWriting = false;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private dropOld(): void {
    const kept = this.held.filter(({ since }) => this.now() - since < HELD_MS);
    this.metrics.droppedEnds.inc(this.held.length - kept.length);
    this.held = kept;
  }
}
