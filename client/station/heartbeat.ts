import type { Clock } from './clock.js';

/** When the server gives no interval of use, s. */
const DEFAULT_INTERVAL_S = 300;
const LONGEST_INTERVAL_S = 86_400;

/** Sends a heartbeat when nothing else was sent for an interval. */
export class Heartbeat {
  #intervalMs: number | null = null;
  #sentAt = 0;
  #running = false;
  #cancel: () => void = () => undefined;

  constructor(
    private readonly clock: Pick<Clock, 'elapsed' | 'after'>,
    private readonly send: () => void,
  ) {}

  /** ms; null until the server said. */
  get intervalMs(): number | null {
    return this.#intervalMs;
  }

  /** As the server says when a charge point boots: seconds, of which 0 leaves it to the charge point (OCPP 1.6, 4.2). */
  interval(seconds: number): void {
    const usable = Number.isFinite(seconds) && seconds > 0 ? seconds : DEFAULT_INTERVAL_S;
    this.#intervalMs = Math.min(usable, LONGEST_INTERVAL_S) * 1_000;
    if (this.#running) this.start();
  }

  /** There is a connection. */
  start(): void {
    this.stop();
    this.#running = true;
    this.#sentAt = this.clock.elapsed();
    this.#wait();
  }

  /** There is none: a late heartbeat is of use to nobody. */
  stop(): void {
    this.#running = false;
    this.#cancel();
  }

  /** Any message says as much as a heartbeat. */
  sent(): void {
    this.#sentAt = this.clock.elapsed();
  }

  #wait(): void {
    if (this.#intervalMs === null) return;
    const left = this.#sentAt + this.#intervalMs - this.clock.elapsed();
    this.#cancel = this.clock.after(Math.max(left, 1), () => {
      if (this.#intervalMs === null || !this.#running) return;
      if (this.clock.elapsed() - this.#sentAt >= this.#intervalMs) {
        this.#sentAt = this.clock.elapsed();
        this.send();
      }
      this.#wait();
    });
  }
}
