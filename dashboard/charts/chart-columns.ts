import { meanAt, type Points } from './points.js';
import type { TimeRange } from './time-range.js';

export interface ChartLine {
  readonly points: Points;
  /** Where the line is interrupted. */
  readonly gaps: readonly TimeRange[];
}

/** null ends a line; undefined is no value of this line at that time, and doesn't. */
export type ChartColumn = (number | null | undefined)[];

/**
 * What uPlot draws: the times of all lines, in seconds, then for each line its means, and where `withBand` its least and
 * greatest values.
 */
export function chartColumns(lines: readonly ChartLine[], withBand: boolean): [number[], ...ChartColumn[]] {
  const times = allTimes(lines);
  const columns = lines.flatMap((line) => columnsOf(line, times, withBand));
  return [times.map((time) => time / 1_000), ...columns];
}

function columnsOf({ points, gaps }: ChartLine, times: readonly number[], withBand: boolean): ChartColumn[] {
  const means: ChartColumn = [];
  const mins: ChartColumn = [];
  const maxs: ChartColumn = [];
  let [at, gapAt] = [0, 0];
  for (const time of times) {
    const isPoint = points.times[at] === time;
    while ((gaps[gapAt]?.to ?? Infinity) <= time) gapAt += 1;
    // All of a gap is null, however many points other lines have in it: uPlot cuts a line where null stands, and no further.
    const nothing = time >= (gaps[gapAt]?.from ?? Infinity) ? null : undefined;
    means.push(isPoint ? meanAt(points, at) : nothing);
    if (withBand) {
      mins.push(isPoint ? points.mins[at] : nothing);
      maxs.push(isPoint ? points.maxs[at] : nothing);
    }
    if (isPoint) at += 1;
  }
  return withBand ? [means, mins, maxs] : [means];
}

function allTimes(lines: readonly ChartLine[]): readonly number[] {
  return mergedTimes(lines.flatMap(({ points, gaps }) => [points.times, gaps.map(breakOf)]));
}

/** The times of all lists, each once; the lists rise, and so does what comes of them. */
export function mergedTimes(lists: readonly (readonly number[])[]): readonly number[] {
  return lists.filter(({ length }) => length > 0).reduce(merged, []);
}

function merged(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length === 0) return b;
  const both: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i] ?? Infinity, b[j] ?? Infinity];
    both.push(Math.min(left, right));
    if (left <= right) i += 1;
    if (right <= left) j += 1;
  }
  return both;
}

/** Between the points around it, at neither: points of aggregates stand at the begin of their interval. */
const breakOf = ({ from, to }: TimeRange): number => from + (to - from) / 2;
