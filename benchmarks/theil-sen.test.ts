import { expect, it } from 'vitest';
import { seededRandom } from '../helpers/seeded-random.js';
import { theilSen } from './theil-sen.js';

const line = (count: number, y: (x: number) => number): [number, number][] =>
  Array.from({ length: count }, (_, x) => [x, y(x)]);

it('finds the slope of a line', () => {
  expect(theilSen(line(10, (x) => 3 + 2 * x))).toEqual({ perUnit: 2, low: 2, high: 2 });
});

it('is not moved by a quarter of wild points', () => {
  const { perUnit } = theilSen(line(40, (x) => (x % 4 === 1 ? 1e6 : 5 - x)));
  expect(perUnit).toBeCloseTo(-1, 1);
});

it('holds the true slope within its interval some 95 times in 100', () => {
  const random = seededRandom(1);
  const hits = Array.from({ length: 300 }, () => {
    const { low, high } = theilSen(line(30, (x) => 0.5 * x + 20 * (random() + random() + random())));
    return low <= 0.5 && 0.5 <= high;
  }).filter(Boolean).length;
  expect(hits).toBeGreaterThan(270);
  expect(hits).toBeLessThan(300);
});

it('refuses two points', () => {
  expect(() => theilSen(line(2, (x) => x))).toThrow(RangeError);
});
