import { describe, expect, it } from 'vitest';
import {
  bounded,
  DAY_MS,
  FARTHEST_MS,
  following,
  HOUR_MS,
  NEAREST_MS,
  overlaps,
  shifted,
  zoomed,
} from './time-range.js';

const begin = Date.UTC(2026, 2, 10);
const range = { from: begin, to: begin + HOUR_MS };

describe('a range of time', () => {
  it('keeps what stands under the pointer when one zooms', () => {
    const at = range.from + HOUR_MS / 4;
    const near = zoomed(range, 0.5, at);
    expect(near.to - near.from).toBe(HOUR_MS / 2);
    expect((at - near.from) / (near.to - near.from)).toBeCloseTo(0.25);
  });

  it('comes back to where it was when one zooms in and out again', () => {
    expect(zoomed(zoomed(range, 0.5, range.from), 2, range.from)).toEqual(range);
  });

  it('has bounds, near and far', () => {
    const near = zoomed(range, 1e-9, range.from);
    expect(near.to - near.from).toBe(NEAREST_MS);
    const far = zoomed(range, 1e9, range.from);
    expect(far.to - far.from).toBe(FARTHEST_MS);
  });

  it('does not leave what there may be: not the future, not the last century', () => {
    const now = range.to;
    expect(bounded(shifted(range, DAY_MS), now)).toEqual(following(range, now));
    expect(bounded({ from: -HOUR_MS, to: 0 }, now)).toEqual({
      from: Date.UTC(2000, 0, 1),
      to: Date.UTC(2000, 0, 1) + HOUR_MS,
    });
    expect(bounded(range, now + DAY_MS)).toBe(range);
  });

  it('follows now with a little room for what comes next', () => {
    const followed = following(range, range.to + DAY_MS);
    expect(followed.to - followed.from).toBe(HOUR_MS);
    expect(followed.to).toBeGreaterThan(range.to + DAY_MS);
    expect(followed.to).toBeLessThan(range.to + DAY_MS + HOUR_MS / 10);
  });

  it('does not overlap the one that begins where it ends', () => {
    expect(overlaps(range, { from: range.to, to: range.to + 1 })).toBe(false);
    expect(overlaps(range, { from: range.to - 1, to: range.to + 1 })).toBe(true);
  });
});
