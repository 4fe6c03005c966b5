import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeRange } from './time-range.js';

/** How finely a history is told: each reading by itself, or what the API aggregates. */
export const RESOLUTIONS = ['raw', '15m', '1h', '1d'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];
export type Interval = '15m' | '1h' | '1d' | '1mo';

/** Nominal: days may have an hour more or less, months a day or three. */
export const INTERVAL_MS: Readonly<Record<Interval, number>> = {
  '15m': 15 * MINUTE_MS,
  '1h': HOUR_MS,
  '1d': DAY_MS,
  '1mo': 30 * DAY_MS,
};

/** Up to this length single readings are shown, unless there are too many of them. */
const RAW_UP_TO_MS = 6 * HOUR_MS;
/** A line with a point at each of them is still read as a line. */
const PX_PER_POINT = 1.25;
/** A bar, its pattern, and the space to the next. */
const PX_PER_BAR = 5;

/**
 * The finest resolution of which a plot of `widthPx` can show every point.
 * @param coarserThanRaw there are too many readings in the range to show them one by one
 */
export function chooseResolution(
  { from, to }: TimeRange,
  widthPx: number,
  coarserThanRaw = false,
): Resolution {
  const length = to - from;
  if (length <= RAW_UP_TO_MS && !coarserThanRaw) return 'raw';
  const points = Math.max(1, widthPx / PX_PER_POINT);
  return (['15m', '1h'] as const).find((interval) => length / INTERVAL_MS[interval] <= points) ?? '1d';
}

/** The finest interval whose bars are wide enough to be told apart. */
export function chooseBarInterval({ from, to }: TimeRange, widthPx: number): Interval {
  const bars = Math.max(1, widthPx / PX_PER_BAR);
  const fits = (['15m', '1h', '1d'] as const).find((interval) => (to - from) / INTERVAL_MS[interval] <= bars);
  return fits ?? '1mo';
}

const NAMES: Readonly<Record<Resolution, string>> = {
  raw: 'single readings',
  '15m': '15-minute means with their extremes',
  '1h': 'hourly means with their extremes',
  '1d': 'daily means with their extremes',
};

export function resolutionName(resolution: Resolution): string {
  return NAMES[resolution];
}
