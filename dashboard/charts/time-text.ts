import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeRange } from './time-range.js';

const style = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', options);
const time = style({ hour: '2-digit', minute: '2-digit' });
const timeWithSeconds = style({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayAndMonth = style({ day: 'numeric', month: 'short' });
const dayOfYear = style({ day: 'numeric', month: 'short', year: 'numeric' });

const zone = style({ timeZoneName: 'short' });

/** `10 Mar`, and the year when it isn't this one. */
function dateText(ms: number): string {
  const isThisYear = new Date(ms).getFullYear() === new Date().getFullYear();
  return (isThisYear ? dayAndMonth : dayOfYear).format(ms);
}

/** `10 Mar, 07:00`, by this browser's clock; with the year when it isn't this one. */
export function momentText(ms: number): string {
  return `${dateText(ms)}, ${time.format(ms)}`;
}

export function preciseMomentText(ms: number): string {
  return `${dateText(ms)}, ${timeWithSeconds.format(ms)}`;
}

export function timeOfDayText(ms: number): string {
  return timeWithSeconds.format(ms);
}

/** Of an ISO 8601 text; a dash for null. */
export function isoMomentText(iso: string | null): string {
  return iso === null ? '–' : momentText(Date.parse(iso));
}

export function rangeText({ from, to }: TimeRange): string {
  const precise = to - from < 10 * MINUTE_MS ? timeWithSeconds : time;
  const end = dateText(from) === dateText(to) ? precise.format(to) : `${dateText(to)}, ${precise.format(to)}`;
  return `${dateText(from)}, ${precise.format(from)} – ${end}`;
}

/** What the times of the page are in: `UTC+1`, `CET`. */
export function zoneText(ms: number): string {
  return zone.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** `2 d 3 h`, `1 h 5 min`, `40 s`: the two greatest units. */
export function durationText(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return '–';
  if (ms < MINUTE_MS) return `${Math.round(ms / 1_000)} s`;
  const [days, hours, minutes] = [
    Math.floor(ms / DAY_MS),
    Math.floor((ms % DAY_MS) / HOUR_MS),
    Math.floor((ms % HOUR_MS) / MINUTE_MS),
  ];
  const [great, small] =
    days > 0
      ? [`${days} d`, hours && `${hours} h`]
      : hours > 0
        ? [`${hours} h`, minutes && `${minutes} min`]
        : [`${minutes} min`, 0];
  return small ? `${great} ${small}` : great;
}

/** `just now`, `12 s ago`, `3 min ago`, then the moment. */
export function agoText(ms: number, now: number): string {
  const age = now - ms;
  if (age < 2_000) return 'just now';
  return age < DAY_MS ? `${durationText(age).split(' ').slice(0, 2).join(' ')} ago` : momentText(ms);
}
