import { expect, it } from 'vitest';
import { flatness, isFlat } from './is-flat.js';

it.each([
  [{ perUnit: -3, low: -5, high: -1 }, true, '-3.00 [-5.00..-1.00] flat: may be 0'],
  [{ perUnit: 2, low: -1, high: 40 }, true, '2.00 [-1.00..40.00] flat: may be 0'],
  [{ perUnit: 0.5, low: 0.2, high: 0.9 }, true, '0.50 [0.20..0.90] flat: at most 1'],
  [{ perUnit: 1.5, low: 0.2, high: 3 }, false, '1.50 [0.20..3.00] not told'],
  [{ perUnit: 8, low: 5, high: 9 }, false, '8.00 [5.00..9.00] grows'],
])('judges a slope of %j by its interval', (slope, flat, told) => {
  expect(isFlat(slope)).toBe(flat);
  expect(flatness(slope)).toBe(told);
});
