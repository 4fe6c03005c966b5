import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairedRatios, quantile, spread } from './statistics.js';

const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), {
  minLength: 1,
});

describe('statistics of rounds', () => {
  it('gives the middle and both ends, whatever the order of the rounds', () => {
    expect(spread([5, 1, 9])).toEqual({ median: 5, min: 1, max: 9 });
    expect(spread([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
    expect(spread([7])).toEqual({ median: 7, min: 7, max: 7 });
  });

  it('leaves the rounds as they were', () => {
    const rounds = [3, 1, 2];
    spread(rounds);
    expect(rounds).toEqual([3, 1, 2]);
  });

  it('interpolates a quantile between its neighbours', () => {
    const latencies = Array.from({ length: 101 }, (_, index) => index);
    expect(quantile(latencies, 0.99)).toBe(99);
    expect(quantile([10, 20], 0.25)).toBe(12.5);
    expect(quantile([10, 20], 0)).toBe(10);
    expect(quantile([10, 20], 1)).toBe(20);
  });

  it('never leaves the range of what was measured', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (rounds, q) => {
        const { min, max } = spread(rounds);
        const found = quantile(rounds, q);
        expect(found).toBeGreaterThanOrEqual(min - 1e-6);
        expect(found).toBeLessThanOrEqual(max + 1e-6);
      }),
    );
  });

  it('compares each round with the floor of the same round', () => {
    // The machine was half as fast in the second round: the ratio does not move.
    expect(pairedRatios([50, 25], [100, 50])).toEqual([0.5, 0.5]);
  });

  it('refuses what would make a figure out of nothing', () => {
    expect(() => spread([])).toThrow('no values');
    expect(() => spread([1, NaN])).toThrow('not a finite number');
    expect(() => quantile([1], 1.5)).toThrow('from 0 to 1');
    expect(() => pairedRatios([1, 2], [1])).toThrow('2 rounds of the product against 1 of the floor');
  });
});
