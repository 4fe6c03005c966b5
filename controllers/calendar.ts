/** Where the intervals of a question begin and end: in a time zone, whose days have 23 to 25 hours. */
import { DateTime, IANAZone } from 'luxon';

export const INTERVALS = ['15m', '1h', '1d', '1mo'] as const;
export type Interval = (typeof INTERVALS)[number];

export interface TimeRange {
  /** Half-open, ms since 1970 UTC. */
  readonly fromMs: number;
  readonly toMs: number;
}

export const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Shortest of each, to tell before counting how many there can be. */
const SHORTEST_MS: Readonly<Record<Interval, number>> = {
  '15m': QUARTER_MS,
  '1h': HOUR_MS,
  '1d': 23 * HOUR_MS,
  '1mo': 28 * DAY_MS,
};

/** The zone's name as the time zone database spells it; undefined when it has none such. */
export function canonicalTimeZone(name: string): string | undefined {
  // Offsets such as +02:00, which Intl knows too, have no days of 23 hours: they would hide a mistake.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** How many intervals a range has at most. */
export function mostIntervals({ fromMs, toMs }: TimeRange, interval: Interval): number {
  return Math.ceil((toMs - fromMs) / SHORTEST_MS[interval]) + 1;
}

/**
 * Edges of the intervals of `asked` that meet `data`, ascending: interval i goes from edge i to edge i + 1. The first and
 * the last one are cut at the ends of `asked`. [] when there is none.
 */
export function intervalEdges(
  asked: TimeRange,
  data: TimeRange,
  interval: Interval,
  timezone: string,
): number[] {
  const fromMs = Math.max(asked.fromMs, data.fromMs);
  const toMs = Math.min(asked.toMs, data.toMs);
  if (fromMs >= toMs) return [];
  const edges: number[] = [];
  for (const startMs of intervalStarts(fromMs, interval, timezone)) {
    edges.push(Math.min(Math.max(startMs, asked.fromMs), asked.toMs));
    if (startMs >= toMs) break;
  }
  return edges;
}

/** Where the interval that holds an instant begins, and all that follow, without end. */
function intervalStarts(atMs: number, interval: Interval, timezone: string): Generator<number> {
  switch (interval) {
    case '15m':
      return quarterStarts(atMs);
    case '1h':
      return hourStarts(atMs, timezone);
    case '1d':
      return dateStarts(atMs, 'day', timezone);
    case '1mo':
      return dateStarts(atMs, 'month', timezone);
  }
}

/** The same in every zone: no offset of today is in smaller steps. */
function* quarterStarts(atMs: number): Generator<number> {
  for (let startMs = floor(atMs, QUARTER_MS); ; startMs += QUARTER_MS) yield startMs;
}

/** A zone of +5:30 has its hours at half past those of UTC, and one zone moves by half an hour in summer. */
function* hourStarts(atMs: number, timezone: string): Generator<number> {
  const zone = IANAZone.create(timezone);
  // Local mean times of long ago are in seconds; no quarter of an hour begins with an hour of theirs.
  const shift = (ms: number): number => floor(zone.offset(ms) * 60_000, QUARTER_MS) % HOUR_MS;
  const isStart = (ms: number): boolean => (ms + shift(ms)) % HOUR_MS === 0;
  let startMs = floor(atMs, QUARTER_MS);
  // Two hours reach back over a change of offset.
  for (let quarters = 0; quarters < 8 && !isStart(startMs); quarters++) startMs -= QUARTER_MS;
  for (;;) {
    yield startMs;
    if (shift(startMs) === shift(startMs + DAY_MS)) {
      for (let hour = 1; hour < 24; hour++) yield startMs + hour * HOUR_MS;
      startMs += DAY_MS;
    } else {
      do startMs += QUARTER_MS;
      while (!isStart(startMs));
    }
  }
}

function* dateStarts(atMs: number, unit: 'day' | 'month', timezone: string): Generator<number> {
  const zone = IANAZone.create(timezone);
  let date = DateTime.fromMillis(atMs, { zone }).startOf(unit);
  let lastMs = -Infinity;
  for (;;) {
    const startMs = floor(firstInstantOf(date), QUARTER_MS);
    // Where a zone moved over the date line, a day was left out.
    if (startMs > lastMs) yield startMs;
    lastMs = Math.max(startMs, lastMs);
    date = date.plus(unit === 'day' ? { days: 1 } : { months: 1 }).startOf(unit);
  }
}

/** Where clocks go back to midnight a date has two of them, and begins with the first. */
function firstInstantOf(date: DateTime): number {
  let startMs = date.toMillis();
  while (isSameDate(date, startMs - QUARTER_MS)) startMs -= QUARTER_MS;
  return startMs;
}

function isSameDate(date: DateTime, ms: number): boolean {
  return DateTime.fromMillis(ms, { zone: date.zone }).toISODate() === date.toISODate();
}

function floor(ms: number, unit: number): number {
  return Math.floor(ms / unit) * unit;
}
