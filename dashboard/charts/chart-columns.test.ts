import { describe, expect, it } from 'vitest';
import { chartColumns } from './chart-columns.js';
import type { Points } from './points.js';

const line = (times: number[], values: number[]): Points => ({
  times,
  counts: times.map(() => 1),
  sums: values,
  mins: values.map((value) => value - 1),
  maxs: values.map((value) => value + 1),
});

describe('columns of a chart', () => {
  it('hold the phases on common times, and a phase that lacks one is not interrupted by it', () => {
    const columns = chartColumns(
      [
        { points: line([1_000, 3_000], [1, 3]), gaps: [] },
        { points: line([1_000, 2_000], [10, 20]), gaps: [] },
      ],
      false,
    );
    expect(columns).toEqual([
      [1, 2, 3],
      [1, undefined, 3],
      [10, 20, undefined],
    ]);
  });

  it('interrupt a line at its gap, and no other line', () => {
    const columns = chartColumns(
      [
        { points: line([1_000, 9_000], [1, 9]), gaps: [{ from: 1_000, to: 9_000 }] },
        { points: line([1_000, 9_000], [2, 8]), gaps: [] },
      ],
      false,
    );
    expect(columns).toEqual([
      [1, 5, 9],
      [1, null, 9],
      [2, undefined, 8],
    ]);
  });

  it('interrupt it all along the gap, whatever other lines have there', () => {
    const columns = chartColumns(
      [
        { points: line([1_000, 9_000], [1, 9]), gaps: [{ from: 1_000, to: 9_000 }] },
        { points: line([2_000, 3_000, 7_000], [2, 3, 7]), gaps: [] },
      ],
      false,
    );
    expect(columns[1]).toEqual([1, null, null, null, null, 9]);
  });

  it('have means, least and greatest values where there is a band', () => {
    expect(chartColumns([{ points: line([1_000], [5]), gaps: [] }], true)).toEqual([[1], [5], [4], [6]]);
  });

  it('are empty without lines', () => {
    expect(chartColumns([], true)).toEqual([[]]);
  });
});
