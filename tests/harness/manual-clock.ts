import type { Clock } from '../../client/station/clock.js';

/** Time that the test makes. */
export class ManualClock implements Clock {
  at = 0;
  #timers: { dueAt: number; action: () => void }[] = [];
  now = (): number => this.at;
  elapsed = (): number => this.at;

  after(ms: number, action: () => void): () => void {
    const timer = { dueAt: this.at + ms, action };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((other) => other !== timer));
  }

  /** What becomes due meanwhile is done at its time, in its order. */
  pass(ms: number): void {
    const until = this.at + ms;
    for (;;) {
      const [next] = [...this.#timers].sort((a, b) => a.dueAt - b.dueAt);
      if (next === undefined || next.dueAt > until) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.at = Math.max(this.at, next.dueAt);
      next.action();
    }
    this.at = until;
  }
}
