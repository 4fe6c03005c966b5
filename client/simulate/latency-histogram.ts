/** Steps from one bound to the next: 5%. */
const GROWTH = 1.05;
const BUCKETS = 400;

/** Latencies from 0.01 ms to hours in a fixed space, to 5%. */
export class LatencyHistogram {
  readonly #counts = new Array<number>(BUCKETS).fill(0);
  #count = 0;
  max = 0;

  get counts(): readonly number[] {
    return this.#counts;
  }

  add(ms: number): void {
    const bucket = Math.floor(Math.log(Math.max(ms, 0.01) / 0.01) / Math.log(GROWTH));
    const index = Math.min(bucket, BUCKETS - 1);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#count++;
    this.max = Math.max(this.max, ms);
  }

  merge(counts: readonly number[], max: number): void {
    counts.forEach((count, index) => {
      this.#counts[index] = (this.#counts[index] ?? 0) + count;
      this.#count += count;
    });
    this.max = Math.max(this.max, max);
  }

  /** ms; 0 when there is nothing. */
  quantile(share: number): number {
    let left = Math.max(1, Math.ceil(share * this.#count));
    for (const [index, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0) return Math.min(Math.round(0.01 * GROWTH ** (index + 0.5) * 100) / 100, this.max);
    }
    return 0;
  }
}
