import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEVEL_MS, ROLLUP_LEVELS, rollupRuns, rowsOfRuns } from './rollup-runs.js';

const EVER = { fromMs: Date.parse('2000-01-01'), toMs: Date.parse('2050-01-01') };
const at = (...times: string[]): number[] => times.map((time) => Date.parse(`2026-03-${time}Z`));

describe('the rows of intervals', () => {
  it('are days alone for whole UTC days, as one run', () => {
    const runs = rollupRuns(at('01T00:00', '02T00:00', '05T00:00'), EVER);
    expect(runs).toEqual({
      '15m': [],
      '1h': [],
      '1d': [{ fromMs: Date.parse('2026-03-01'), toMs: Date.parse('2026-03-05') }],
    });
    expect(rowsOfRuns(runs)).toBe(4);
  });

  it('are hours and quarters at the edges only', () => {
    // 15 minutes, 9 hours, 2 days, 1 hour, 30 minutes.
    expect(rowsOfRuns(rollupRuns(at('01T14:45', '04T01:30'), EVER))).toBe(1 + 9 + 2 + 1 + 2);
  });

  it('are none outside of the data', () => {
    const data = { fromMs: Date.parse('2026-03-10'), toMs: Date.parse('2026-03-12') };
    expect(rowsOfRuns(rollupRuns([Date.parse('0001-01-01'), Date.parse('9999-12-31')], data))).toBe(2);
  });

  it('cover each instant of the intervals by one level, on buckets of that level', () => {
    const quarter = fc.integer({ min: 1_900_000, max: 1_901_000 }).map((count) => count * 900_000);
    fc.assert(
      fc.property(fc.uniqueArray(quarter, { minLength: 2, maxLength: 30 }), (unsorted) => {
        const edges = unsorted.toSorted((a, b) => a - b);
        const runs = rollupRuns(edges, EVER);
        const all = ROLLUP_LEVELS.flatMap((level) => {
          for (const { fromMs, toMs } of runs[level]) {
            expect([fromMs % LEVEL_MS[level], toMs % LEVEL_MS[level]]).toEqual([0, 0]);
            // A coarse row lies in one interval.
            const next = edges.filter((edge) => edge > fromMs && edge < toMs);
            expect(next.every((edge) => edge % LEVEL_MS[level] === 0)).toBe(true);
          }
          return runs[level];
        }).toSorted((a, b) => a.fromMs - b.fromMs);
        expect(all[0]?.fromMs).toBe(edges[0]);
        expect(all.at(-1)?.toMs).toBe(edges.at(-1));
        expect(all.every(({ fromMs }, index) => index === 0 || all[index - 1]?.toMs === fromMs)).toBe(true);
      }),
    );
  });
});
