import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shiftBetween, waysOfU } from './shift.js';

describe('the shift between two samples', () => {
  it('is the median of all quotients, with the interval that is left of the extremes', () => {
    // Quotients: 2, 1.9, 2.2, ... none below 1.
    const shift = shiftBetween([10, 10.5, 11, 10.2], [20, 21, 22, 20.4]);
    expect(shift?.estimate).toBeCloseTo(2, 1);
    // Of 70 orders only U = 0 is rarer than 2.5%: the interval ends at the least and the greatest quotient.
    expect(shift?.interval?.low).toBeCloseTo(20 / 11, 10);
    expect(shift?.interval?.high).toBeCloseTo(22 / 10, 10);
  });

  it('has the published critical values of U: 2 for five and five rounds, 5 for six and six', () => {
    // Two-sided 5%: the interval leaves out that many quotients of each end, and one more of which it has the value.
    for (const [rounds, critical] of [
      [5, 2],
      [6, 5],
      [8, 13],
      [10, 23],
    ] as const) {
      const before = Array.from({ length: rounds }, () => 1);
      const after = Array.from({ length: rounds }, (_, index) => 2 ** index);
      const quotients = after.flatMap((a) => before.map(() => a)).sort((a, b) => a - b);
      expect(shiftBetween(before, after)?.interval?.low).toBeCloseTo(quotients[critical] ?? NaN, 8);
    }
  });

  it.each([
    [1, 1],
    [3, 3],
    [2, 7],
    [1, 38],
  ])('can tell nothing from %d and %d rounds, however far they lie apart', (m, n) => {
    const before = Array.from({ length: m }, (_, index) => 1 + index / 100);
    const after = Array.from({ length: n }, (_, index) => 1_000 + index);
    expect(shiftBetween(before, after)?.interval).toBeNull();
  });

  it('is told by no factor where a round is zero', () => {
    expect(shiftBetween([0, 1, 2, 3], [1, 2, 3, 4])).toBeNull();
  });

  it('refuses a sample without a round', () => {
    expect(() => shiftBetween([], [1])).toThrow('no rounds');
  });

  it('turns round when the samples change places', () => {
    const sample = fc.array(fc.double({ min: 0.01, max: 1_000, noNaN: true }), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(sample, sample, (before, after) => {
        const forth = shiftBetween(before, after);
        const back = shiftBetween(after, before);
        if (forth === null || back === null) throw new Error('all are positive');
        expect(forth.estimate * back.estimate).toBeCloseTo(1, 9);
        expect(forth.interval === null).toBe(back.interval === null);
        if (forth.interval === null || back.interval === null) return;
        expect(forth.interval.low * back.interval.high).toBeCloseTo(1, 9);
        expect(forth.estimate).toBeGreaterThanOrEqual(forth.interval.low * (1 - 1e-12));
        expect(forth.estimate).toBeLessThanOrEqual(forth.interval.high * (1 + 1e-12));
      }),
    );
  });

  it('calls equal samples different in one of twenty cases at most', () => {
    // Every order of five and five rounds, none tied: those whose interval leaves 1 out are the test's error.
    let different = 0;
    let orders = 0;
    for (let mask = 0; mask < 1 << 10; mask++) {
      const before: number[] = [];
      const after: number[] = [];
      for (let rank = 0; rank < 10; rank++) ((mask >> rank) & 1 ? after : before).push(1 + rank);
      if (after.length !== 5) continue;
      orders++;
      const interval = shiftBetween(before, after)?.interval;
      if (interval && (interval.low > 1 || interval.high < 1)) different++;
    }
    expect(orders).toBe(252);
    expect(different / orders).toBeLessThanOrEqual(0.05);
    expect(different / orders).toBeGreaterThan(0.02);
  });
});

describe('the orders of two samples', () => {
  it('are counted by U', () => {
    expect(waysOfU(2, 2)).toEqual([1n, 1n, 2n, 1n, 1n]);
    expect(waysOfU(1, 3)).toEqual([1n, 1n, 1n, 1n]);
  });

  it('are as many as there are choices of the one among both', () => {
    const all = (m: number, n: number): bigint => waysOfU(m, n).reduce((sum, each) => sum + each, 0n);
    expect(all(5, 5)).toBe(252n);
    expect(all(100, 100)).toBe(90548514656103281165404177077484163874504589675413336841320n);
  });
});
