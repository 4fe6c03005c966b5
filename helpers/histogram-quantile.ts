export interface Bucket {
  /** Upper bound; Infinity for the rest. */
  readonly bound: number;
  /** Observations in it alone. */
  readonly count: number;
}

/**
 * The quantile `q` (0 to 1) of observations that are known by buckets, as if they lay evenly within each; one beyond the last
 * finite bound is told as that bound. null: there are none.
 */
export function histogramQuantile(q: number, buckets: readonly Bucket[]): number | null {
  const sorted = buckets.toSorted((a, b) => a.bound - b.bound);
  const total = sorted.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  const rank = q * total;
  let below = 0;
  let lower = 0;
  for (const { bound, count } of sorted) {
    if (below + count >= rank && count > 0) {
      return bound === Infinity ? lower : lower + (bound - lower) * ((rank - below) / count);
    }
    below += count;
    if (bound !== Infinity) lower = bound;
  }
  return lower;
}
