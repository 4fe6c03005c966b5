/** Seconds of its rate that a bucket holds: what may come at once after a pause. */
const BURST_SECONDS = 10;

/**
 * A token bucket whose state is one number, so that each of many sockets can afford one: the time until which its tokens
 * are spent (0: a full bucket). A bucket may go into debt; {@link waitMs} says how long it takes to be out of it.
 */
export class Rate {
  private readonly tokenMs: number;
  private readonly burstMs = BURST_SECONDS * 1_000;

  /** @param perSecond tokens; the bucket holds those of ten seconds. */
  constructor(perSecond: number) {
    this.tokenMs = 1_000 / perSecond;
  }

  /** The bucket after `tokens` were taken from it. @param now monotonic, ms. */
  spend(spentUntil: number, now: number, tokens: number): number {
    return Math.max(spentUntil, now) + tokens * this.tokenMs;
  }

  /** ms until the bucket is out of debt; 0 when it is in none. */
  waitMs(spentUntil: number, now: number): number {
    return Math.max(0, spentUntil - now - this.burstMs);
  }
}

/** A bucket that many share. */
export class SharedBucket {
  private spentUntil = 0;

  /** null: there is no bound. */
  constructor(private readonly rate: Rate | null) {}

  /** Takes `tokens`; ms until the bucket is out of the debt that this made. */
  take(tokens: number, now: number): number {
    if (this.rate === null) return 0;
    this.spentUntil = this.rate.spend(this.spentUntil, now, tokens);
    return this.rate.waitMs(this.spentUntil, now);
  }
}

/** null where there is no bound: `perSecond` is 0. */
export function rateOf(perSecond: number): Rate | null {
  return perSecond === 0 ? null : new Rate(perSecond);
}
