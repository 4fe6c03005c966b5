import { describe, expect, it } from 'vitest';
import { isZone, readSpan, timeWriter } from './trace-times.js';

const spanOf = (text: string, zone = 'UTC') => {
  const read = readSpan(text, zone);
  return read.ok
    ? [read.value.fromMs, read.value.toMs].map((ms) => new Date(ms).toISOString())
    : read.problem;
};

describe('the time that a trace asks about', () => {
  it.each([
    ['2026-03-10', '2026-03-10T00:00:00.000Z', '2026-03-11T00:00:00.000Z'],
    ['2026-03-10T06:00Z', '2026-03-10T06:00:00.000Z', '2026-03-10T06:01:00.000Z'],
    ['2026-03-10T06:00:00Z', '2026-03-10T06:00:00.000Z', '2026-03-10T06:00:01.000Z'],
    ['2026-03-10 06:00:00', '2026-03-10T06:00:00.000Z', '2026-03-10T06:00:01.000Z'],
    ['2026-03-10T06:00:00.250Z', '2026-03-10T06:00:00.250Z', '2026-03-10T06:00:00.251Z'],
    ['2026-03-10T06:00:00+01:00', '2026-03-10T05:00:00.000Z', '2026-03-10T05:00:01.000Z'],
    ['2026-03-10/2026-03-12', '2026-03-10T00:00:00.000Z', '2026-03-12T00:00:00.000Z'],
  ])('%s is as exact as it is written', (text, from, to) => {
    expect(spanOf(text)).toEqual([from, to]);
  });

  it('is of the zone that is named, where it has none of its own', () => {
    expect(spanOf('2026-07-10T06:00', 'Europe/Berlin')[0]).toBe('2026-07-10T04:00:00.000Z');
    expect(spanOf('2026-07-10T06:00Z', 'Europe/Berlin')[0]).toBe('2026-07-10T06:00:00.000Z');
    // A day with a change of the clocks has 23 hours.
    expect(spanOf('2026-03-29', 'Europe/Berlin')).toEqual([
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
    ]);
  });

  it('is refused where the clocks skip it or have it twice', () => {
    expect(spanOf('2026-03-29T02:30', 'Europe/Berlin')).toContain('does not exist');
    expect(spanOf('2026-10-25T02:30', 'Europe/Berlin')).toContain('is twice');
    expect(spanOf('2026-10-25T02:30+01:00', 'Europe/Berlin')[0]).toBe('2026-10-25T01:30:00.000Z');
  });

  it.each([
    '',
    'yesterday',
    '2026-02-30',
    '2026-03-10T25:00',
    '2026',
    '1/2/3',
    '2026-03-10/',
    '2026-03-12/2026-03-10',
  ])('"%s" is refused', (text) => {
    expect(readSpan(text, 'UTC').ok).toBe(false);
  });

  it('is written in the zone that is named', () => {
    expect(isZone('Europe/Berlin')).toBe(true);
    expect(isZone('Europe/Nowhere')).toBe(false);
    expect(timeWriter('UTC')(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(timeWriter('Asia/Kolkata')(new Date(0))).toBe('1970-01-01T05:30:00.000+05:30');
  });
});
