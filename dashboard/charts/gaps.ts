import type { TimeRange } from './time-range.js';

/** So many times the usual distance of readings: two may be missed on a shaky network, and it is no gap yet. */
const TIMES_THE_USUAL = 3;
/** Charge points that send every second are not held to seconds. */
const SHORTEST_MS = 30_000;
/** So many distances tell what is usual; all of a long line would cost a sort in every frame. */
const SAMPLES = 400;

/**
 * Stretches between points that are much longer than usual: there a line is interrupted.
 * @param times rising
 * @param lengthMs what each point covers: 0 for single readings, the interval for aggregates
 */
export function findGaps(times: readonly number[], lengthMs: number): TimeRange[] {
  return stretches(times, lengthMs, gapLimit(times, lengthMs));
}

/**
 * Of these stretches those that should not be: while a session ran, since a charge point that charges nobody may be silent.
 * @param within what was loaded; beyond it nothing is known to be missing
 * @param sessions null: there is none at all, so that it is a meter, and silent at no time
 */
export function missingStretches(
  times: readonly number[],
  lengthMs: number,
  within: TimeRange,
  sessions: readonly TimeRange[] | null,
): TimeRange[] {
  const limit = gapLimit(times, lengthMs);
  if (sessions === null) return stretches(times, lengthMs, limit);
  const missing = sessions.flatMap((session) => {
    const from = Math.max(session.from, within.from);
    const to = Math.min(session.to, within.to);
    const inside = times.filter((time) => time + lengthMs > from && time < to);
    // Its begin and end are as good as readings: from them on, and up to them, there should be some.
    return stretches([from - lengthMs, ...inside, to], lengthMs, limit).map((gap) => ({
      from: Math.max(gap.from, from),
      to: gap.to,
    }));
  });
  return missing.sort((a, b) => a.from - b.from);
}

function stretches(times: readonly number[], lengthMs: number, limit: number): TimeRange[] {
  const found: TimeRange[] = [];
  for (let at = 1; at < times.length; at += 1) {
    const [before, after] = [times[at - 1] ?? 0, times[at] ?? 0];
    if (after - before > limit) found.push({ from: before + lengthMs, to: after });
  }
  return found;
}

function gapLimit(times: readonly number[], lengthMs: number): number {
  return Math.max(SHORTEST_MS, usualDistance(times) * TIMES_THE_USUAL, lengthMs * 1.5);
}

/** The median of distances all along; 0 when there are no two points. */
function usualDistance(times: readonly number[]): number {
  const step = Math.max(1, Math.floor(times.length / SAMPLES));
  const distances: number[] = [];
  for (let at = 1; at < times.length; at += step) distances.push((times[at] ?? 0) - (times[at - 1] ?? 0));
  distances.sort((a, b) => a - b);
  return distances[distances.length >>> 1] ?? 0;
}
