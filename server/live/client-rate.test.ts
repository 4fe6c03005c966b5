import { describe, expect, it } from 'vitest';
import { ClientRate } from './client-rate.js';

const allowed = (rate: ClientRate, now: number): number => {
  let count = 0;
  while (rate.allows(now)) count++;
  return count;
};

describe('ClientRate', () => {
  it('allows 200 at once, then 20 a second, and never more than 200 together', () => {
    const rate = new ClientRate(1_000);
    expect(allowed(rate, 1_000)).toBe(200);
    expect(allowed(rate, 2_000)).toBe(20);
    expect(allowed(rate, 2_040)).toBe(0);
    expect(allowed(rate, 3_600_000)).toBe(200);
  });
});
