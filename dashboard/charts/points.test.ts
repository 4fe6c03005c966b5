import { describe, expect, it } from 'vitest';
import { foldPoints, joinPoints, meanAt, noPoints, type Points } from './points.js';

function readings(...entries: readonly [time: number, value: number][]): Points {
  const values = entries.map(([, value]) => value);
  return {
    times: entries.map(([time]) => time),
    counts: entries.map(() => 1),
    sums: [...values],
    mins: [...values],
    maxs: [...values],
  };
}

describe('points', () => {
  it('of one interval become one, with their mean and extremes', () => {
    const folded = foldPoints(readings([1, 10], [4, 30], [12, 5]), (time) => Math.floor(time / 10) * 10);
    expect(folded).toEqual({ times: [0, 10], counts: [2, 1], sums: [40, 5], mins: [10, 5], maxs: [30, 5] });
    expect(meanAt(folded, 0)).toBe(20);
  });

  it('of history and of what came live join where they meet: each sample has the same weight', () => {
    const history = { times: [0, 10], counts: [3, 3], sums: [30, 30], mins: [5, 5], maxs: [15, 15] };
    const joined = joinPoints(history, {
      times: [10, 20],
      counts: [1, 1],
      sums: [50, 7],
      mins: [50, 7],
      maxs: [50, 7],
    });
    expect(joined.times).toEqual([0, 10, 20]);
    expect(meanAt(joined, 1)).toBe(20);
    expect(joined.maxs).toEqual([15, 50, 7]);
    expect(history.counts).toEqual([3, 3]);
  });

  it('join with none to what they were', () => {
    const points = readings([1, 10], [4, 30]);
    expect(joinPoints(points, noPoints())).toEqual(points);
    expect(joinPoints(noPoints(), points)).toEqual(points);
  });
});
