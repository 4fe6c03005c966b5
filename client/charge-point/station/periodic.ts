import type { Clock } from '../../station/clock.js';

interface Running {
  readonly label: string;
  readonly everyMs: number;
  times: number;
  cancel: () => void;
}

/** One thing done again and again, at once and then in each period, until it is stopped or replaced. */
export class Periodic {
  #running: { readonly label: string; readonly everyMs: number; times: number; cancel: () => void } | null =
    null;

  constructor(private readonly clock: Clock) {}

  get running(): { readonly label: string; readonly everyMs: number; readonly times: number } | null {
    return this.#running;
  }

  /** `action` is told how often it was done before. */
  start(label: string, everyMs: number, action: (times: number) => void): void {
    this.stop();
    const running: Running = { label, everyMs, times: 0, cancel: () => undefined };
    this.#running = running;
    const startedAt = this.clock.elapsed();
    const tick = (): void => {
      if (this.#running !== running) return;
      action(running.times++);
      // By the clock instead of by the last one, so that a slow moment doesn't shift all that follow.
      const dueAt = startedAt + running.times * everyMs;
      running.cancel = this.clock.after(Math.max(dueAt - this.clock.elapsed(), 0), tick);
    };
    tick();
  }

  /** How often it was done; null when there was nothing. */
  stop(): number | null {
    const running = this.#running;
    this.#running = null;
    running?.cancel();
    return running?.times ?? null;
  }
}
