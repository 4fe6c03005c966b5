import { DateTime, IANAZone } from 'luxon';
import type { Span } from '../trace/traced-message.js';
import type { Time } from '../trace/verdict.js';

/** What is wrong with a time that was given, as a sentence. */
export type ReadTime<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

const FORMS = [
  { pattern: /^\d{4}-\d\d-\d\d$/, unit: { days: 1 } },
  { pattern: /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d$/, unit: { minutes: 1 } },
  { pattern: /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d$/, unit: { seconds: 1 } },
  { pattern: /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d\.\d{1,9}$/, unit: { milliseconds: 1 } },
] as const;
const ZONE = /([Zz]|[+-]\d\d:?\d\d)$/;
const DATE_LENGTH = 10;
const EXPECTED = 'a time such as 2026-01-31T12:00:00Z, a date, or two of them as FROM/TO';

export function isZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/**
 * The span that a text means: a time as exactly as it is written (a date is a day, a minute a minute), or FROM/TO, half-open.
 *
 * @param zone of what names none.
 */
export function readSpan(text: string, zone: string): ReadTime<Span> {
  const [from = '', to, ...more] = text.split('/');
  if (more.length > 0) return { ok: false, problem: `Expected ${EXPECTED}.` };
  const first = readInstant(from, zone);
  if (!first.ok) return first;
  if (to === undefined) return first;
  const second = readInstant(to, zone);
  if (!second.ok) return second;
  const span = { fromMs: first.value.fromMs, toMs: second.value.fromMs };
  if (span.fromMs >= span.toMs) return { ok: false, problem: 'FROM should be before TO.' };
  return { ok: true, value: span };
}

function readInstant(text: string, zone: string): ReadTime<Span> {
  const isTime = text.length > DATE_LENGTH;
  const named = isTime ? ZONE.exec(text)?.[0] : undefined;
  const local = named === undefined ? text : text.slice(0, -named.length);
  const form = FORMS.find(({ pattern }) => pattern.test(local));
  const at = DateTime.fromISO(`${local.replace(/[t ]/, 'T')}${named?.toUpperCase() ?? ''}`, { zone });
  if (form === undefined || !at.isValid) return { ok: false, problem: `Expected ${EXPECTED}.` };
  if (named === undefined) {
    // Luxon moves a time that the clocks skip, and takes the first of one that they have twice.
    if (
      isTime &&
      at.toISO({ includeOffset: false, precision: 'minute' }) !== local.replace(/[t ]/, 'T').slice(0, 16)
    ) {
      return { ok: false, problem: `${text} does not exist in ${zone}: the clocks skip it.` };
    }
    if (isTime && at.getPossibleOffsets().length > 1) {
      return { ok: false, problem: `${text} is twice in ${zone}: say which, such as ${at.toISO()}.` };
    }
  }
  return { ok: true, value: { fromMs: at.toMillis(), toMs: at.plus(form.unit).toMillis() } };
}

/** How a trace writes times: ISO 8601 with milliseconds, in a zone. */
export function timeWriter(zone: string): Time {
  return (at) =>
    DateTime.fromMillis(typeof at === 'number' ? at : at.getTime(), { zone }).toISO() ?? String(at);
}
