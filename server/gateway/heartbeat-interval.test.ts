import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heartbeatInterval } from './heartbeat-interval.js';
import type { OverloadLevel } from './overload.js';

const middle = (): number => 0.5;

describe('heartbeatInterval', () => {
  it('is the configured one on average, and differs from charge point to charge point by a tenth at most', () => {
    expect(heartbeatInterval(300, 3, 0, middle)).toBe(300);
    expect(heartbeatInterval(300, 3, 0, () => 0)).toBe(270);
    expect(heartbeatInterval(300, 3, 0, () => 0.999_999)).toBe(330);
  });

  it('grows with the overload up to the factor, and no further', () => {
    const levels: OverloadLevel[] = [0, 1, 2, 3, 4, 5];
    expect(levels.map((level) => heartbeatInterval(300, 3, level, middle))).toEqual([
      300, 500, 700, 900, 900, 900,
    ]);
    expect(levels.map((level) => heartbeatInterval(300, 1, level, middle))).toEqual(Array(6).fill(300));
  });

  it('is a whole number of seconds from 1 to a day', () => {
    const level = fc.integer({ min: 0, max: 5 }) as fc.Arbitrary<OverloadLevel>;
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 86_400 }),
        fc.integer({ min: 1, max: 100 }),
        level,
        random,
        (baseS, stretch, level, drawn) => {
          const interval = heartbeatInterval(baseS, stretch, level, () => drawn);
          expect(Number.isInteger(interval)).toBe(true);
          expect(interval).toBeGreaterThanOrEqual(1);
          expect(interval).toBeLessThanOrEqual(86_400);
        },
      ),
    );
  });
});
