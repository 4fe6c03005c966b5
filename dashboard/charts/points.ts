/**
 * Points of a line by time: single readings, or what was measured in an interval, which add up to longer intervals
 * without loss. Columns of one length; times rise.
 */
export interface Points {
  /** Of the reading, or where the interval begins; ms since 1970 UTC. */
  readonly times: number[];
  readonly counts: number[];
  readonly sums: number[];
  readonly mins: number[];
  readonly maxs: number[];
}

export function noPoints(): Points {
  return { times: [], counts: [], sums: [], mins: [], maxs: [] };
}

/** Takes point `at` of `source` to the end of `points`, or into its last one when that begins at the same time. */
export function addPoint(points: Points, time: number, source: Points, at: number): void {
  const last = points.times.length - 1;
  const [count, sum, min, max] = [source.counts[at], source.sums[at], source.mins[at], source.maxs[at]];
  if (count === undefined || sum === undefined || min === undefined || max === undefined) return;
  const [lastMin, lastMax] = [points.mins[last], points.maxs[last]];
  if (points.times[last] !== time || lastMin === undefined || lastMax === undefined) {
    points.times.push(time);
    points.counts.push(count);
    points.sums.push(sum);
    points.mins.push(min);
    points.maxs.push(max);
    return;
  }
  points.counts[last] = (points.counts[last] ?? 0) + count;
  points.sums[last] = (points.sums[last] ?? 0) + sum;
  points.mins[last] = Math.min(lastMin, min);
  points.maxs[last] = Math.max(lastMax, max);
}

/** Points of the same interval become one. */
export function foldPoints(points: Points, startOf: (time: number) => number): Points {
  const folded = noPoints();
  points.times.forEach((time, at) => addPoint(folded, startOf(time), points, at));
  return folded;
}

/** Both, in the order of time; what begins at the same time becomes one. */
export function joinPoints(a: Points, b: Points): Points {
  const joined = noPoints();
  let [i, j] = [0, 0];
  for (;;) {
    const [left, right] = [a.times[i], b.times[j]];
    if (left !== undefined && (right === undefined || left <= right)) addPoint(joined, left, a, i++);
    else if (right !== undefined) addPoint(joined, right, b, j++);
    else return joined;
  }
}

export function meanAt(points: Points, at: number): number {
  return (points.sums[at] ?? NaN) / (points.counts[at] ?? NaN);
}
