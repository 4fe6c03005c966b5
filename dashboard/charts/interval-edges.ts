import { INTERVAL_MS, type Interval } from './resolution.js';
import type { TimeRange } from './time-range.js';

/** Where the interval that holds `time` begins, by the clock and calendar of this browser's time zone. */
export function intervalStart(interval: Interval, time: number): number {
  // Offsets of time zones are whole quarters of an hour, but not whole hours.
  if (interval === '15m') return Math.floor(time / INTERVAL_MS['15m']) * INTERVAL_MS['15m'];
  const date = new Date(time);
  // Not setMinutes(0): in the hour that a clock repeats, it would lead to the first of the two.
  if (interval === '1h')
    return time - (date.getMinutes() * 60_000 + date.getSeconds() * 1_000 + milliseconds(time));
  date.setHours(0, 0, 0, 0);
  if (interval === '1mo') date.setDate(1);
  return date.getTime();
}

/** Where the interval after it begins. */
export function intervalEnd(interval: Interval, time: number): number {
  if (interval === '15m' || interval === '1h') return intervalStart(interval, time) + INTERVAL_MS[interval];
  const date = new Date(intervalStart(interval, time));
  if (interval === '1d') date.setDate(date.getDate() + 1);
  else date.setMonth(date.getMonth() + 1);
  return date.getTime();
}

/** The whole intervals that hold the range. */
export function wholeIntervals(interval: Interval, { from, to }: TimeRange): TimeRange {
  const last = intervalStart(interval, to);
  return { from: intervalStart(interval, from), to: last === to ? to : intervalEnd(interval, to) };
}

const milliseconds = (time: number) => ((time % 1_000) + 1_000) % 1_000;
