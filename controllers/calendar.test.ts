import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalTimeZone, intervalEdges, INTERVALS, mostIntervals, QUARTER_MS } from './calendar.js';

const HOUR_MS = 3_600_000;
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'America/Havana',
  'America/Santiago',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Atlantic/Azores',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
];
const EVER = { fromMs: Date.parse('1990-01-01'), toMs: Date.parse('2100-01-01') };
const range = (from: string, to: string) => ({ fromMs: Date.parse(from), toMs: Date.parse(to) });
const iso = (edges: readonly number[]): string[] => edges.map((ms) => new Date(ms).toISOString());
const hours = (edges: readonly number[]): number[] =>
  edges.slice(1).map((ms, at) => (ms - (edges[at] ?? NaN)) / HOUR_MS);

const instant = fc
  .integer({ min: Date.parse('2012-01-01') / QUARTER_MS, max: Date.parse('2032-01-01') / QUARTER_MS })
  .map((quarter) => quarter * QUARTER_MS);

const question = (mostMs: number) =>
  fc.record({
    fromMs: instant,
    lengthMs: fc.integer({ min: 1, max: mostMs / QUARTER_MS }).map((quarters) => quarters * QUARTER_MS),
    zone: fc.constantFrom(...ZONES),
  });

const dateFormats = new Map(
  ZONES.map((timeZone) => [timeZone, new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })]),
);

/** By what the runtime knows, and not by the library that is tested. */
function localDate(ms: number, zone: string): string | undefined {
  return dateFormats.get(zone)?.format(ms);
}

describe('intervals', () => {
  it('cover the range without gap or overlap, on quarters of an hour', () => {
    fc.assert(
      fc.property(
        question(500 * 24 * HOUR_MS),
        fc.constantFrom(...INTERVALS),
        ({ fromMs, lengthMs, zone }, interval) => {
          const asked = {
            fromMs,
            toMs: fromMs + Math.min(lengthMs, interval === '15m' ? 1_000 * QUARTER_MS : lengthMs),
          };
          const edges = intervalEdges(asked, EVER, interval, zone);
          expect(edges[0]).toBe(asked.fromMs);
          expect(edges.at(-1)).toBe(asked.toMs);
          expect(edges.every((ms, at) => ms % QUARTER_MS === 0 && ms > (edges[at - 1] ?? -Infinity))).toBe(
            true,
          );
          expect(edges.length - 1).toBeLessThanOrEqual(mostIntervals(asked, interval));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('begin a day where the date of the zone changes, and nowhere else', () => {
    fc.assert(
      fc.property(question(40 * 24 * HOUR_MS), ({ fromMs, lengthMs, zone }) => {
        const edges = intervalEdges({ fromMs, toMs: fromMs + lengthMs }, EVER, '1d', zone);
        for (const [at, startMs] of edges.slice(0, -1).entries()) {
          const endMs = edges[at + 1] ?? NaN;
          expect(localDate(startMs, zone)).toBe(localDate(endMs - 1, zone));
          if (at > 0) expect(localDate(startMs, zone)).not.toBe(localDate(startMs - 1, zone));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('have days of 23 to 25 hours', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.integer({ min: 2013, max: 2032 }), (zone, year) => {
        const asked = range(`${year}-01-01`, `${year + 1}-01-01`);
        const days = hours(intervalEdges(asked, EVER, '1d', zone)).slice(1, -1);
        expect(days.every((length) => length >= 23 && length <= 25)).toBe(true);
        expect(days.filter((length) => length !== 24).length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 60 },
    );
  });

  it('begin an hour where the clock of the zone shows one', () => {
    fc.assert(
      fc.property(question(100 * 24 * HOUR_MS), ({ fromMs, lengthMs, zone }) => {
        const edges = intervalEdges({ fromMs, toMs: fromMs + lengthMs }, EVER, '1h', zone);
        const minute = new Intl.DateTimeFormat('en', { timeZone: zone, minute: 'numeric' });
        for (const ms of edges.slice(1, -1).filter((_, at) => at % 7 === 0))
          expect(minute.format(ms)).toBe('0');
        const inner = hours(edges).slice(1, -1);
        expect(inner.every((length) => length === 1 || (length === 1.5 && zone.includes('Howe')))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('have 23 and 25 hours in Berlin when clocks change', () => {
    const march = intervalEdges(range('2026-03-27T23:00Z', '2026-03-30T22:00Z'), EVER, '1d', 'Europe/Berlin');
    expect(hours(march)).toEqual([24, 23, 24]);
    const october = intervalEdges(
      range('2026-10-23T22:00Z', '2026-10-26T23:00Z'),
      EVER,
      '1d',
      'Europe/Berlin',
    );
    expect(hours(october)).toEqual([24, 25, 24]);
  });

  it('are months of the zone, cut at the ends of the range', () => {
    const asked = range('2026-02-15T12:00Z', '2026-04-10T00:00Z');
    expect(iso(intervalEdges(asked, EVER, '1mo', 'Asia/Kathmandu'))).toEqual([
      '2026-02-15T12:00:00.000Z',
      '2026-02-28T18:15:00.000Z',
      '2026-03-31T18:15:00.000Z',
      '2026-04-10T00:00:00.000Z',
    ]);
  });

  it('are only those that meet the data, each of them whole', () => {
    const data = range('2026-03-10T05:00Z', '2026-03-11T07:00Z');
    const asked = range('0001-01-01T00:00Z', '9999-12-31T00:00Z');
    expect(iso(intervalEdges(asked, data, '1d', 'UTC'))).toEqual([
      '2026-03-10T00:00:00.000Z',
      '2026-03-11T00:00:00.000Z',
      '2026-03-12T00:00:00.000Z',
    ]);
    expect(intervalEdges(range('2026-03-12', '2026-03-13'), data, '1d', 'UTC')).toEqual([]);
  });
});

describe('a time zone', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['UTC', 'UTC'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
  ])('%s is %s', (name, canonical) => expect(canonicalTimeZone(name)).toBe(canonical));

  it.each(['', 'Mars/Olympus', '+02:00', '__proto__', 'Europe/Berlin\u0000', 'x'.repeat(100), "' or 1=1"])(
    '%j is none',
    (name) => expect(canonicalTimeZone(name)).toBeUndefined(),
  );
});
