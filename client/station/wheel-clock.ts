import { TimerWheel } from '../../helpers/timer-wheel.js';
import type { Clock } from './clock.js';

const SLOTS = 1_024;

/** Time for a fleet: all its waits are behind one timer. A wait ends up to one tick late, never early. */
export class WheelClock implements Clock {
  readonly #wheel: TimerWheel;

  /** @param tickMs default 25. */
  constructor(
    tickMs = 25,
    private readonly source: Pick<Clock, 'now' | 'elapsed'> = {
      now: () => Date.now(),
      elapsed: () => performance.now(),
    },
  ) {
    // What became due while nobody turned it is late already.
    this.#wheel = new TimerWheel({
      ...{ tickMs, slots: SLOTS, longestStepMs: Infinity },
      now: () => source.elapsed(),
    });
  }

  now(): number {
    return this.source.now();
  }

  elapsed(): number {
    return this.source.elapsed();
  }

  after(ms: number, action: () => void): () => void {
    const wait = this.#wheel.after(Math.min(ms, Number.MAX_SAFE_INTEGER / 2), action);
    return () => this.#wheel.cancel(wait);
  }

  /** Waits end from now on. */
  start(): void {
    this.#wheel.start();
  }

  stop(): void {
    this.#wheel.stop();
  }

  /** Ends the waits that are due. */
  turn(): void {
    this.#wheel.advance();
  }
}
