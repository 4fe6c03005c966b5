const MINUTE_MS = 60_000;

/**
 * Requests of the last minute, from the counts of two minutes of the clock: those of the one before count by as much of it
 * as still lies within the last 60 seconds. Nobody gets twice the limit around a full minute.
 */
export class MinuteWindow {
  private previous = 0;
  private current = 0;
  private beganAt: number;

  /** @param now monotonic, ms, as in the methods. */
  constructor(now: number) {
    this.beganAt = now;
  }

  /** ms until one more is within `limit` a minute; 0: now. */
  waitMs(limit: number, now: number): number {
    this.turn(now);
    const elapsedMs = now - this.beganAt;
    const free = limit - this.current;
    if (this.previous * (1 - elapsedMs / MINUTE_MS) + this.current + 1 <= limit) return 0;
    // Within this minute what came before it fades; in the next one what came in this one does.
    if (free >= 1) return MINUTE_MS * (1 - (free - 1) / this.previous) - elapsedMs;
    return MINUTE_MS - elapsedMs + MINUTE_MS * Math.max(0, 1 - (limit - 1) / this.current);
  }

  add(requests: number, now: number): void {
    this.turn(now);
    this.current += requests;
  }

  /** What is known of all processes together, and what has come here since it was counted. */
  set(
    counted: { readonly current: number; readonly previous: number; readonly elapsedMs: number },
    since: number,
    now: number,
  ): void {
    this.previous = counted.previous;
    this.current = counted.current + since;
    this.beganAt = now - counted.elapsedMs;
  }

  private turn(now: number): void {
    const minutes = Math.floor((now - this.beganAt) / MINUTE_MS);
    if (minutes < 1) return;
    this.previous = minutes === 1 ? this.current : 0;
    this.current = 0;
    this.beganAt += minutes * MINUTE_MS;
  }
}
