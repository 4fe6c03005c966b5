/** A point in time as a charge point told it. */
export interface Timestamp {
  /** Milliseconds since 1970 UTC; finer digits are cut off. */
  readonly ms: number;
  /** The text named no zone, and UTC was assumed. */
  readonly assumedUtc: boolean;
}

/** Longer text is no timestamp: `YYYY-MM-DDTHH:MM:SS.fffffffff+HH:MM` has 35. */
export const MAX_TIMESTAMP_LENGTH = 64;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAY_MS = 86_400_000;

/**
 * Reads an ISO 8601 date and time in the extended format (RFC 3339 and a little more): `T`, `t` or a space between date
 * and time; seconds may be absent, and may have a fraction after `.` or `,`; the zone is `Z`, `z`, `+HH:MM`, `+HHMM`,
 * `+HH` or absent. undefined for anything else: dates alone, days that don't exist, hour 24, leap seconds.
 *
 * Written by hand: each meterValue passes here, Date.parse reads zoneless text as local time and accepts far more, and
 * there is no regular expression to be fooled.
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  if (text.length < 16 || text.length > MAX_TIMESTAMP_LENGTH) return undefined;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const separator = text[10];
  if (text[4] !== '-' || text[7] !== '-' || text[13] !== ':') return undefined;
  if (separator !== 'T' && separator !== 't' && separator !== ' ') return undefined;
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return undefined;

  let at = 16;
  let second = 0;
  let millisecond = 0;
  if (text[at] === ':') {
    second = digits(text, at + 1, 2);
    if (second < 0 || second > 59) return undefined;
    at += 3;
    if (text[at] === '.' || text[at] === ',') {
      const start = ++at;
      for (let digit = digitAt(text, at); digit >= 0; digit = digitAt(text, ++at)) {
        if (at - start < 3) millisecond += digit * (FRACTION_WEIGHTS[at - start] ?? 0);
      }
      if (at === start) return undefined;
    }
  }
  const offset = zoneOffsetMinutes(text, at);
  if (offset === undefined) return undefined;
  const time = hour * 3_600_000 + minute * 60_000 + second * 1_000 + millisecond;
  return {
    ms: daysSince1970(year, month, day) * DAY_MS + time - (offset ?? 0) * 60_000,
    assumedUtc: offset === null,
  };
}

const FRACTION_WEIGHTS = [100, 10, 1];

/** null: no zone; undefined: not a zone. */
function zoneOffsetMinutes(text: string, at: number): number | null | undefined {
  const rest = text.length - at;
  if (rest === 0) return null;
  const sign = text[at];
  if (sign === 'Z' || sign === 'z') return rest === 1 ? 0 : undefined;
  if (sign !== '+' && sign !== '-') return undefined;
  const hours = digits(text, at + 1, 2);
  let minutes = 0;
  if (rest === 6 && text[at + 3] === ':') minutes = digits(text, at + 4, 2);
  else if (rest === 5) minutes = digits(text, at + 3, 2);
  else if (rest !== 3) return undefined;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes);
}

function digitAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57 ? code - 48 : -1;
}

/** The number that `count` digits spell; -1 when one of them is no digit. */
function digits(text: string, start: number, count: number): number {
  let value = 0;
  for (let i = start; i < start + count; i++) {
    const digit = digitAt(text, i);
    if (digit < 0) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)) return 29;
  return DAYS_IN_MONTH[month - 1] ?? 0;
}

/** Days of the proleptic Gregorian calendar, counted from March so that the leap day comes last (Howard Hinnant's days_from_civil). */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
