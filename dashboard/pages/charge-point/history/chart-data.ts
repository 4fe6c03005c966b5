import { chartColumns, mergedTimes, type ChartColumn } from '../../../charts/chart-columns.js';
import { findGaps, missingStretches } from '../../../charts/gaps.js';
import type { TimeRange } from '../../../charts/time-range.js';
import type { History, HistoryLine } from './history.js';

export interface ChartData {
  readonly columns: [number[], ...ChartColumn[]];
  /** Each line has three columns: its means, and the least and greatest values. */
  readonly hasBand: boolean;
  readonly missing: readonly TimeRange[];
}

/**
 * @param lines those that are shown
 * @param sessions null: the charge point has none
 */
export function chartData(
  history: History,
  lines: readonly HistoryLine[],
  sessions: readonly TimeRange[] | null,
  now: number,
): ChartData {
  const { pointMs } = history;
  const hasBand = pointMs > 0 || lines.some(({ joinedByMs }) => joinedByMs > 0);
  const [times, ...columns] = chartColumns(
    lines.map(({ points }) => ({ points, gaps: findGaps(points.times, pointMs) })),
    hasBand,
  );
  // A mean stands in the midst of what it is the mean of.
  const middle = pointMs / 2_000;
  const all = mergedTimes(lines.map(({ points }) => points.times));
  const within = { from: history.range.from, to: Math.min(now, history.isOpen ? now : history.range.to) };
  return {
    columns: [middle === 0 ? times : times.map((time) => time + middle), ...columns],
    hasBand,
    missing: missingStretches(all, pointMs, within, sessions),
  };
}
