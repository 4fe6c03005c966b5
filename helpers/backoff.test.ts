import { describe, expect, it } from 'vitest';
import { fullJitterMs } from './backoff.js';

const limits = { baseMs: 100, capMs: 5_000 };
const always = (value: number) => () => value;

describe('full-jitter backoff', () => {
  it('doubles its ceiling with each attempt up to the cap', () => {
    const ceilings = [0, 1, 2, 5, 6, 1_000].map((attempt) =>
      fullJitterMs(attempt, limits, always(0.9999999)),
    );
    expect(ceilings).toEqual([100, 200, 400, 3_200, 5_000, 5_000]);
  });

  it('may be nothing at all, however late the attempt', () => {
    expect(fullJitterMs(40, limits, always(0))).toBe(0);
  });

  it('takes a negative attempt for the first', () => {
    expect(fullJitterMs(-3, limits, always(0.5))).toBe(50);
  });
});
