import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Overload, type Load, type OverloadMarks } from './overload.js';

const MARKS: OverloadMarks = {
  bytes: [100, 200, 300, 400],
  loopDelayMs: [10, 20, 30, 40],
  logDelayMs: [1_000, 2_000, Infinity, Infinity],
  connections: [900, Infinity, Infinity, Infinity],
};
const CALM: Load = { bytes: 0, loopDelayMs: 0, logDelayMs: 0, connections: 0 };
const LASTING = 5_000;

const overload = (): Overload => new Overload(MARKS, LASTING);

describe('Overload', () => {
  it('goes up level by level as a measure passes its marks, and the worst measure decides', () => {
    const it = overload();
    const levels = [100, 101, 201, 301, 401].map((bytes) => it.observe({ ...CALM, bytes }, 0));
    expect(levels).toEqual([0, 1, 2, 3, 4]);
    expect(overload().observe({ ...CALM, loopDelayMs: 35, bytes: 150 }, 0)).toBe(3);
  });

  it('skips to the level of a sudden load at once', () => {
    expect(overload().observe({ ...CALM, loopDelayMs: 1_000 }, 0)).toBe(4);
  });

  it('never goes beyond what a measure may do', () => {
    expect(overload().observe({ ...CALM, logDelayMs: 1e9 }, 0)).toBe(2);
    expect(overload().observe({ ...CALM, connections: 1e9 }, 0)).toBe(1);
  });

  it('leaves a level only clearly below its mark', () => {
    const it = overload();
    const levels = [310, 290, 226, 225, 151, 150, 80, 75].map((bytes) => it.observe({ ...CALM, bytes }, 0));
    expect(levels).toEqual([3, 3, 3, 2, 2, 1, 1, 0]);
  });

  it('does not flap while a measure trembles about a mark', () => {
    const it = overload();
    it.observe({ ...CALM, bytes: 201 }, 0);
    const levels = Array.from({ length: 50 }, (_, index) =>
      it.observe({ ...CALM, bytes: index % 2 === 0 ? 180 : 220 }, index),
    );
    expect(new Set(levels)).toEqual(new Set([2]));
  });

  it('closes idle sockets when level 4 lasts, counted anew after each end of it', () => {
    const it = overload();
    const high = { ...CALM, bytes: 500 };
    expect([0, LASTING - 1, LASTING].map((now) => it.observe(high, now))).toEqual([4, 4, 5]);
    expect(it.observe(CALM, LASTING + 1)).toBe(0);
    expect(it.observe(high, LASTING + 2)).toBe(4);
  });

  it('with refusing at the pause mark, both come and go together', () => {
    const it = new Overload({ ...MARKS, bytes: [50, 100, 100, 100] }, LASTING);
    expect([101, 76, 75].map((bytes) => it.observe({ ...CALM, bytes }, 0))).toEqual([4, 4, 1]);
  });

  it('whatever came before, is at least what the load alone asks for, and no more than what the gap allows', () => {
    const measure = (max: number) => fc.integer({ min: 0, max });
    const load = fc.record({
      bytes: measure(600),
      loopDelayMs: measure(60),
      logDelayMs: measure(3_000),
      connections: measure(1_200),
    });
    fc.assert(
      fc.property(fc.array(load, { minLength: 1, maxLength: 40 }), (loads) => {
        const it = overload();
        loads.forEach((each) => {
          const level = it.observe(each, 0);
          const harder = Object.fromEntries(
            Object.entries(each).map(([name, value]) => [name, value / 0.75]),
          );
          expect(level).toBeGreaterThanOrEqual(overload().observe(each, 0));
          expect(level).toBeLessThanOrEqual(overload().observe(harder as unknown as Load, 0));
        });
      }),
    );
  });
});
