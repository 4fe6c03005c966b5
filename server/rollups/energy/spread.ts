/** Longer flows flow in their last part: two readings years apart would make half a million buckets. */
export const LONGEST_FLOW_MS = 31 * 86_400_000;

export interface Part {
  /** Begin of the bucket, ms since 1970 UTC. */
  readonly bucketMs: number;
  readonly wh: number;
}

/**
 * The parts of what flows evenly from one time to another, by bucket; those of buckets from `withinFromMs` to before
 * `withinToMs` only.
 */
export function* spread(
  flow: { readonly wh: number; readonly fromMs: number; readonly toMs: number },
  bucketLengthMs: number,
  withinFromMs: number,
  withinToMs: number,
): Generator<Part> {
  const { wh, toMs } = flow;
  const fromMs = Math.max(flow.fromMs, toMs - LONGEST_FLOW_MS);
  const floor = (ms: number): number => Math.floor(ms / bucketLengthMs) * bucketLengthMs;
  if (fromMs === toMs) {
    const bucketMs = floor(toMs);
    if (bucketMs >= withinFromMs && bucketMs < withinToMs) yield { bucketMs, wh };
    return;
  }
  const flowedUntil = (ms: number): number =>
    ms <= fromMs ? 0 : ms >= toMs ? wh : (wh * (ms - fromMs)) / (toMs - fromMs);
  const endMs = Math.min(toMs, withinToMs);
  for (let bucketMs = Math.max(floor(fromMs), withinFromMs); bucketMs < endMs; bucketMs += bucketLengthMs) {
    yield { bucketMs, wh: flowedUntil(bucketMs + bucketLengthMs) - flowedUntil(bucketMs) };
  }
}
