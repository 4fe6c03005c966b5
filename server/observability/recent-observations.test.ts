import { describe, expect, it } from 'vitest';
import { RecentObservations } from './recent-observations.js';

const upTo = (fast: number, all: number): Map<number, number> =>
  new Map([
    [0.1, fast],
    [Infinity, all],
  ]);

describe('recent observations', () => {
  it('are none at the first look, whatever was counted before', () => {
    expect(new RecentObservations(60_000).look(upTo(5, 7), 1_000)).toEqual([
      { bound: 0.1, count: 0 },
      { bound: Infinity, count: 0 },
    ]);
  });

  it('are those since the first look while the window is not over, bucket by bucket', () => {
    const recent = new RecentObservations(60_000);
    recent.look(upTo(5, 7), 0);
    recent.look(upTo(6, 8), 5_000);
    expect(recent.look(upTo(10, 15), 10_000)).toEqual([
      { bound: 0.1, count: 5 },
      { bound: Infinity, count: 3 },
    ]);
  });

  it('forget what is older than the window', () => {
    const recent = new RecentObservations(60_000);
    recent.look(upTo(0, 0), 0);
    recent.look(upTo(100, 100), 5_000);
    for (let at = 10_000; at < 65_000; at += 5_000) recent.look(upTo(100, 100), at);
    expect(recent.look(upTo(101, 101), 65_000)).toEqual([
      { bound: 0.1, count: 1 },
      { bound: Infinity, count: 0 },
    ]);
  });
});
