import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { intervalEnd, intervalStart, wholeIntervals } from './interval-edges.js';

const utc = (text: string) => Date.parse(text);

describe('edges of intervals', () => {
  beforeEach(() => void vi.stubEnv('TZ', 'Europe/Berlin'));
  afterEach(() => vi.unstubAllEnvs());

  it('are those of the local calendar for days and months', () => {
    const time = utc('2026-03-10T23:30:00Z');
    expect(intervalStart('1d', time)).toBe(utc('2026-03-10T23:00:00Z'));
    expect(intervalEnd('1d', time)).toBe(utc('2026-03-11T23:00:00Z'));
    expect(intervalStart('1mo', time)).toBe(utc('2026-02-28T23:00:00Z'));
    expect(intervalEnd('1mo', time)).toBe(utc('2026-03-31T22:00:00Z'));
  });

  it('leave a day 23 hours when clocks go forward', () => {
    const start = intervalStart('1d', utc('2026-03-29T12:00:00Z'));
    expect(intervalEnd('1d', start) - start).toBe(23 * 3_600_000);
  });

  it('keep the two hours apart that a clock shows twice', () => {
    expect(intervalStart('1h', utc('2026-10-25T00:30:00.250Z'))).toBe(utc('2026-10-25T00:00:00Z'));
    expect(intervalStart('1h', utc('2026-10-25T01:30:00.250Z'))).toBe(utc('2026-10-25T01:00:00Z'));
  });

  it('follow zones whose offset is no whole hour', () => {
    vi.stubEnv('TZ', 'Asia/Kathmandu');
    expect(intervalStart('1h', utc('2026-03-10T06:20:00Z'))).toBe(utc('2026-03-10T06:15:00Z'));
  });

  it('widen a range to whole intervals, and leave one that is whole as it is', () => {
    const widened = wholeIntervals('15m', {
      from: utc('2026-03-10T06:07:00Z'),
      to: utc('2026-03-10T06:16:00Z'),
    });
    expect(widened).toEqual({ from: utc('2026-03-10T06:00:00Z'), to: utc('2026-03-10T06:30:00Z') });
    expect(wholeIntervals('15m', widened)).toEqual(widened);
  });
});
