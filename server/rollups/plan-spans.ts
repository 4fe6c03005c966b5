import type { Span } from '../../store/rollups/marks.js';
import { BUCKET_MS, bucketOf } from './compute-rollups.js';

/** Whole buckets of a series: the first one, and the first one after them; ms since 1970 UTC. */
export interface BucketSpan {
  readonly seriesId: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A longer span is computed in parts: each day of it is a table to open. */
const LONGEST_MS = 31 * 86_400_000;

export interface PlannedSpans {
  readonly now: readonly BucketSpan[];
  /** What is left for another pass. */
  readonly later: readonly Span[];
}

/** Whole buckets of what was marked; of one series, those that touch are one. Both ends of a span are finite. */
export function bucketSpans(spans: readonly Span[]): BucketSpan[] {
  const whole = spans.map(({ seriesId, fromMs, toMs }) => ({
    seriesId,
    fromMs: bucketOf(fromMs),
    toMs: bucketOf(toMs) + BUCKET_MS,
  }));
  return mergeTouching(
    whole,
    ({ fromMs, toMs }) => ({ fromMs, toMs }),
    (a, b) => ({
      seriesId: a.seriesId,
      fromMs: Math.min(a.fromMs, b.fromMs),
      toMs: Math.max(a.toMs, b.toMs),
    }),
  );
}

/** As many spans as hold `buckets` buckets, at least one, none longer than a month. */
export function planSpans(spans: readonly BucketSpan[], buckets: number): PlannedSpans {
  const now: BucketSpan[] = [];
  const later: Span[] = [];
  const putOff = (seriesId: number, fromMs: number, toMs: number): void => {
    later.push({ seriesId, fromMs, toMs: toMs - 1 });
  };
  let left = buckets;
  for (const { seriesId, fromMs, toMs } of spans) {
    const length = Math.min(toMs - fromMs, LONGEST_MS, Math.max(left, 1) * BUCKET_MS);
    if (left <= 0) {
      putOff(seriesId, fromMs, toMs);
      continue;
    }
    now.push({ seriesId, fromMs, toMs: fromMs + length });
    if (fromMs + length < toMs) putOff(seriesId, fromMs + length, toMs);
    left -= length / BUCKET_MS;
  }
  return { now, later };
}

/** Sorts by series and time, and joins neighbours of one series that touch or overlap. */
export function mergeTouching<Item extends { readonly seriesId: number }>(
  items: readonly Item[],
  rangeOf: (item: Item) => { readonly fromMs: number; readonly toMs: number },
  join: (a: Item, b: Item) => Item,
): Item[] {
  const sorted = [...items].sort((a, b) => a.seriesId - b.seriesId || rangeOf(a).fromMs - rangeOf(b).fromMs);
  const merged: Item[] = [];
  for (const item of sorted) {
    const last = merged.at(-1);
    if (last?.seriesId === item.seriesId && rangeOf(item).fromMs <= rangeOf(last).toMs) {
      merged[merged.length - 1] = join(last, item);
    } else {
      merged.push(item);
    }
  }
  return merged;
}
