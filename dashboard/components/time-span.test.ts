import { describe, expect, it } from 'vitest';
import { formatTimeRange, parseTimeRange, spanOf, toLocalInput } from './time-span.js';

describe('a range of time in an address', () => {
  it('is a preset, which ends now', () => {
    expect(parseTimeRange('24h')).toBe('24h');
    expect(spanOf('24h', 86_400_001)).toEqual({ fromMs: 1, toMs: 86_400_001 });
  });

  it('is a span, which comes back as it went', () => {
    const span = { fromMs: 1_773_122_400_000, toMs: 1_773_122_401_500 };
    expect(parseTimeRange(formatTimeRange(span))).toEqual(span);
    expect(spanOf(span, 5)).toEqual(span);
  });

  it.each([
    '',
    '3h',
    'toString',
    'a/b',
    '2026-03-10/2026-03-10',
    '2026-03-11/2026-03-10',
    '2026-03-10/2026-03-11/x',
  ])('is nothing when it is %j', (text) => {
    expect(parseTimeRange(text)).toBeNull();
  });

  it('stands in an input in local time, to the minute', () => {
    const ms = new Date(2026, 2, 5, 6, 7, 59).getTime();
    expect(toLocalInput(ms)).toBe('2026-03-05T06:07');
    expect(Date.parse(toLocalInput(ms))).toBe(ms - 59_000);
  });
});
