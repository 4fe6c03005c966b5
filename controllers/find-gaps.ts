/** Time without a gap, half-open, ms since 1970 UTC. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Gap extends Span {
  /** Samples that were to come in it, at the least. */
  readonly missing: number;
}

/** A step of more cadences is a gap: its energy is estimated, too (docs/energy.md). */
const GAP_CADENCES = 3;

/**
 * Where samples should have come and none did, for more than three cadences: in time in which they are expected, from its begin, from
 * sample to sample, and to its end.
 *
 * @param expected in the order of time, none of them touching.
 * @param sampled from the first to the last sample of buckets, in the order of time.
 */
export function findGaps(
  expected: readonly Span[],
  sampled: readonly { readonly firstMs: number; readonly lastMs: number }[],
  cadenceMs: number,
): Gap[] {
  const gaps: Gap[] = [];
  const step = (fromMs: number, toMs: number, endsWithSample: boolean): void => {
    if (toMs - fromMs <= GAP_CADENCES * cadenceMs) return;
    const due = endsWithSample
      ? Math.round((toMs - fromMs) / cadenceMs) - 1
      : Math.floor((toMs - fromMs) / cadenceMs);
    gaps.push({ fromMs, toMs, missing: due });
  };
  let at = 0;
  for (const { fromMs, toMs } of expected) {
    // Buckets that ended before it say nothing of it.
    while ((sampled[at]?.lastMs ?? Infinity) < fromMs) at += 1;
    let reachedMs = fromMs;
    for (let next = at; next < sampled.length; next++) {
      const { firstMs, lastMs } = sampled[next] ?? { firstMs: Infinity, lastMs: Infinity };
      if (firstMs >= toMs) break;
      if (firstMs > reachedMs) step(reachedMs, firstMs, true);
      reachedMs = Math.max(reachedMs, lastMs);
    }
    if (reachedMs < toMs) step(reachedMs, toMs, false);
  }
  return gaps;
}
