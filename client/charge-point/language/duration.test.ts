import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration.js';

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['5s', 5_000],
    ['1.5m', 90_000],
    ['2MIN', 120_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['0s', 0],
    ['5', undefined],
    ['s', undefined],
    ['', undefined],
    ['-5s', undefined],
    ['1e3s', undefined],
    ['2w', undefined],
    ['3650d', 315_360_000_000],
    ['3651d', undefined],
    ['999999999d', undefined],
  ])('%j is %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    [8.4, '8 ms'],
    [1_234, '1.2 s'],
    [30_000, '30 s'],
    [150_000, '2.5 min'],
    [7_200_000, '2 h'],
  ])('of %d ms is told as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
