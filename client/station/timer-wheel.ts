import type { Clock } from './clock.js';

interface Timer {
  action: () => void;
  /** Tick at which it is due. */
  readonly dueTick: number;
  readonly slot: Set<Timer>;
}

const SLOTS = 1_024;

/**
 * One timer of the runtime for all waits of a fleet: setting and cancelling cost the same however many there are. A wait
 * ends up to one tick late, never early.
 */
export class TimerWheel implements Clock {
  readonly #slots: Set<Timer>[] = Array.from({ length: SLOTS }, () => new Set());
  readonly #startedAt: number;
  #tick = 0;
  #ticker: NodeJS.Timeout | undefined;

  constructor(
    /** ms. */
    private readonly tickMs = 25,
    private readonly source: Pick<Clock, 'now' | 'elapsed'> = {
      now: () => Date.now(),
      elapsed: () => performance.now(),
    },
  ) {
    this.#startedAt = source.elapsed();
  }

  now(): number {
    return this.source.now();
  }

  elapsed(): number {
    return this.source.elapsed();
  }

  after(ms: number, action: () => void): () => void {
    const wait = Math.min(Math.max(ms, 0), Number.MAX_SAFE_INTEGER / 2);
    const dueTick = Math.max(
      this.#tick + 1,
      Math.ceil((this.source.elapsed() - this.#startedAt + wait) / this.tickMs),
    );
    const slot = this.#slots[dueTick % SLOTS] as Set<Timer>;
    const timer: Timer = { action, dueTick, slot };
    slot.add(timer);
    return () => void slot.delete(timer);
  }

  /** Waits end from now on. */
  start(): void {
    this.#ticker ??= setInterval(() => this.turn(), this.tickMs);
  }

  stop(): void {
    clearInterval(this.#ticker);
    this.#ticker = undefined;
  }

  /** Ends the waits that are due. */
  turn(): void {
    const until = Math.floor((this.source.elapsed() - this.#startedAt) / this.tickMs);
    while (this.#tick < until) {
      this.#tick++;
      for (const timer of [...(this.#slots[this.#tick % SLOTS] as Set<Timer>)]) {
        // Those of later rounds stay, and one may have cancelled another.
        if (timer.dueTick > this.#tick || !timer.slot.delete(timer)) continue;
        timer.action();
      }
    }
  }
}
