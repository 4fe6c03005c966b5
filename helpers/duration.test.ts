import { describe, expect, it } from 'vitest';
import { durationMs, UNITS_TO_DAYS, UNITS_TO_YEARS } from './duration.js';

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['5s', 5_000],
    ['1.5m', 90_000],
    ['2min', 120_000],
    ['2h', 7_200_000],
    ['90d', 7_776_000_000],
    ['2W', 1_209_600_000],
    ['1y', 31_536_000_000],
    ['0s', 0],
  ])('%s is read', (text, ms) => {
    expect(durationMs(text, UNITS_TO_YEARS)).toBe(ms);
  });

  it.each(['', '5', 's', '-5s', '5 s', '1e3s', '5x', '5months', '99999999999d', '5s5s', '٥s'])(
    '"%s" is none',
    (text) => {
      expect(durationMs(text, UNITS_TO_YEARS)).toBeUndefined();
    },
  );

  it.each(['2w', '1y'])('has the units that are given, and no others: %s', (text) => {
    expect(durationMs(text, UNITS_TO_DAYS)).toBeUndefined();
  });
});
