import { mostIntervals, type Interval, type TimeRange } from './calendar.js';
import { problem, type Problem } from './problem.js';

/** Intervals of one request for JSON: their edges go along with every statement. */
export const MAX_INTERVALS = 20_000;
/** Rows that one request for JSON may look at where all series are added up: two seconds of one core. */
export const MAX_SUMMED_ROWS = 5_000_000;
/** Rows that a page may look at before it is given as it is, though there be more items: a second of one core. */
export const MAX_PAGE_ROWS = 2_000_000;
/** Sessions that a page may look at before it is given as it is: a second of one core. */
export const MAX_PAGE_SESSIONS = 20_000;

/** Of a range already cut to where data is. */
export function tooManyIntervals(range: TimeRange, interval: Interval): Problem | undefined {
  const count = mostIntervals(range, interval);
  if (count <= MAX_INTERVALS) return undefined;
  return problem(
    'too-costly',
    `from and to hold up to ${count} intervals of ${interval}, at most ${MAX_INTERVALS} are answered at once: ask for a coarser interval, for a shorter range, or for CSV or NDJSON.`,
  );
}

export function tooManyRows(series: number, rowsEach: number, groupBy: string): Problem | undefined {
  const rows = series * rowsEach;
  if (rows <= MAX_SUMMED_ROWS) return undefined;
  return problem(
    'too-costly',
    `groupBy=${groupBy} would add up ${rows} rows of ${series} series, at most ${MAX_SUMMED_ROWS} are added up at once: ask for a coarser interval, for a shorter range, by chargePointId or site, with groupBy=chargePoint, which has pages, or for CSV or NDJSON.`,
  );
}
