import { describe, expect, it } from 'vitest';
import { chooseBarInterval, chooseResolution, RESOLUTIONS } from './resolution.js';
import { DAY_MS, HOUR_MS } from './time-range.js';

const lasting = (ms: number) => ({ from: 1_000_000, to: 1_000_000 + ms });

describe('the resolution of a history', () => {
  it('is single readings for hours, and ever coarser aggregates for days, months and a year', () => {
    const chosen = [HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS, 365 * DAY_MS].map((ms) =>
      chooseResolution(lasting(ms), 950),
    );
    expect(chosen).toEqual(['raw', '15m', '15m', '1h', '1d']);
  });

  it('is coarser on a phone, where there are fewer columns', () => {
    expect(chooseResolution(lasting(7 * DAY_MS), 320)).toBe('1h');
    expect(chooseResolution(lasting(30 * DAY_MS), 320)).toBe('1d');
  });

  it('is no single readings where there are too many of them', () => {
    expect(chooseResolution(lasting(HOUR_MS), 950, true)).toBe('15m');
  });

  it('never becomes finer when one zooms out', () => {
    const ranks = Array.from({ length: 400 }, (_, day) =>
      RESOLUTIONS.indexOf(chooseResolution(lasting((day + 1) * DAY_MS), 600)),
    );
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  });

  it('is the coarsest on a plot that has no width yet', () => {
    expect(chooseResolution(lasting(30 * DAY_MS), 0)).toBe('1d');
    expect(chooseBarInterval(lasting(30 * DAY_MS), 0)).toBe('1mo');
  });

  it('has bars wide enough to show their pattern', () => {
    const chosen = [HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS, 365 * DAY_MS].map((ms) =>
      chooseBarInterval(lasting(ms), 950),
    );
    expect(chosen).toEqual(['15m', '15m', '1h', '1d', '1mo']);
  });
});
