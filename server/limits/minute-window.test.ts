import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MinuteWindow } from './minute-window.js';

const LIMIT = 60;

describe('the requests of the last minute', () => {
  it('are let in up to the limit, then again as those of the minute before fade', () => {
    const window = new MinuteWindow(0);
    for (let at = 0; at < LIMIT; at++) {
      expect(window.waitMs(LIMIT, 30_000)).toBe(0);
      window.add(1, 30_000);
    }
    expect(window.waitMs(LIMIT, 30_000)).toBeCloseTo(31_000);
    // One second into the next minute a sixtieth of them counts no more.
    expect(window.waitMs(LIMIT, 60_000)).toBeCloseTo(1_000);
    expect(window.waitMs(LIMIT, 61_000)).toBe(0);
    window.add(1, 61_000);
    expect(window.waitMs(LIMIT, 61_000)).toBeCloseTo(1_000);
    expect(window.waitMs(LIMIT, 180_000)).toBe(0);
  });

  it('have waited for long enough when they have waited for as long as was told', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.tuple(fc.nat(30_000), fc.nat(60)), { maxLength: 20 }),
        (limit, steps) => {
          const window = new MinuteWindow(0);
          let now = 0;
          for (const [ms, requests] of steps) {
            now += ms;
            window.add(requests, now);
          }
          const waitMs = window.waitMs(limit, now);
          expect(waitMs).toBeGreaterThanOrEqual(0);
          expect(waitMs).toBeLessThanOrEqual(120_000);
          if (waitMs > 1) expect(window.waitMs(limit, now + waitMs - 1)).toBeGreaterThan(0);
          expect(window.waitMs(limit, now + waitMs)).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it('are never more than the limit and a half in any minute, however they come', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5_000), { minLength: 100, maxLength: 300 }), (gaps) => {
        const window = new MinuteWindow(0);
        const taken: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          while (window.waitMs(LIMIT, now) === 0) {
            window.add(1, now);
            taken.push(now);
          }
        }
        for (const from of taken) {
          const within = taken.filter((at) => at >= from && at < from + 60_000).length;
          expect(within).toBeLessThanOrEqual(LIMIT * 1.5);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('are those of all processes once they are told, and what came here since', () => {
    const window = new MinuteWindow(0);
    window.set({ previous: 30, current: 40, elapsedMs: 30_000 }, 4, 100_000);
    expect(window.waitMs(60, 100_000)).toBe(0);
    window.add(1, 100_000);
    expect(window.waitMs(60, 100_000)).toBeGreaterThan(0);
    expect(window.waitMs(60, 130_000 + 60_000)).toBe(0);
  });
});
