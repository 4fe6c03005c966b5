/** Half-open, ms since 1970 UTC. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** What can be seen at once: from ten seconds to the longest range that the API answers. */
export const NEAREST_MS = 10_000;
export const FARTHEST_MS = 400 * DAY_MS;

/** `factor` below 1 comes nearer. What stands at `at` stays where it is. */
export function zoomed({ from, to }: TimeRange, factor: number, at: number): TimeRange {
  const length = Math.min(FARTHEST_MS, Math.max(NEAREST_MS, (to - from) * factor));
  const place = Math.min(1, Math.max(0, (at - from) / (to - from)));
  const begin = Math.round(at - place * length);
  return { from: begin, to: begin + Math.round(length) };
}

export function shifted({ from, to }: TimeRange, byMs: number): TimeRange {
  const by = Math.round(byMs);
  return { from: from + by, to: to + by };
}

/** The same length, ending a little behind now, so that what comes next has room to appear. */
export function following({ from, to }: TimeRange, now: number): TimeRange {
  const length = to - from;
  const end = Math.ceil(now + length * 0.02);
  return { from: end - length, to: end };
}

/** Never beyond now (but for the room of `following`), never before 2000: there is nothing to see. */
export function bounded(range: TimeRange, now: number): TimeRange {
  const latest = following(range, now);
  if (range.to > latest.to) return latest;
  const earliest = Date.UTC(2000, 0, 1);
  return range.from < earliest ? shifted(range, earliest - range.from) : range;
}

export function overlaps(a: TimeRange, b: TimeRange): boolean {
  return a.from < b.to && b.from < a.to;
}

export function covers(outer: TimeRange, inner: TimeRange): boolean {
  return outer.from <= inner.from && inner.to <= outer.to;
}
