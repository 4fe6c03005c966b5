import type { Bucket } from '../../helpers/histogram-quantile.js';

const WINDOW_MS = 60_000;

interface Look {
  readonly atMs: number;
  readonly counts: ReadonlyMap<number, number>;
}

/** What was observed lately, of a histogram that counts from its start on. */
export class RecentObservations {
  private looks: Look[] = [];

  /** @param windowMs how far back it reaches. */
  constructor(private readonly windowMs: number = WINDOW_MS) {}

  /**
   * Observations since the window began, or since the first look, by bucket.
   *
   * @param counts observations up to each bound, from the start on.
   * @param nowMs of a clock that never goes back.
   */
  look(counts: ReadonlyMap<number, number>, nowMs: number): Bucket[] {
    this.looks.push({ atMs: nowMs, counts });
    // The newest look that is older than the window is where it begins.
    while ((this.looks[1]?.atMs ?? Infinity) <= nowMs - this.windowMs) this.looks.shift();
    const since = this.looks[0]?.counts;
    let below = 0;
    return [...counts]
      .sort(([a], [b]) => a - b)
      .map(([bound, upTo]) => {
        const recent = upTo - (since?.get(bound) ?? 0);
        const bucket = { bound, count: Math.max(0, recent - below) };
        below = recent;
        return bucket;
      });
  }
}
