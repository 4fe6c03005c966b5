import { describe, expect, it } from 'vitest';
import { divideRows, rowsBySeries } from './divide-rows.js';
import type { StagedRow } from './staged-row.js';

const row = (seriesId: number, timestampMs: number, contextId = 1): StagedRow =>
  ({ seriesId, timestampMs, contextId }) as StagedRow;

/** Which rows are fresh, by key, and which uncertain; by their index. */
function divide(rows: readonly StagedRow[], known: Readonly<Record<number, number>>) {
  const { fresh, uncertain, regular, irregular } = divideRows(rowsBySeries(rows), {
    of: (seriesId) => known[seriesId],
  });
  expect(new Set([...regular.flat(), ...irregular])).toEqual(new Set(fresh));
  return {
    fresh: fresh.map((each) => rows.indexOf(each)),
    uncertain: [...uncertain].map((each) => rows.indexOf(each)),
    regular: regular.map((of) => of.map((each) => rows.indexOf(each))),
  };
}

describe('divideRows', () => {
  it('takes for new what is later than all that is stored of its series, in whatever order it comes', () => {
    const rows = [row(2, 30), row(2, 10), row(1, 10), row(2, 20), row(1, 15)];
    expect(divide(rows, { 1: -Infinity, 2: 10 })).toEqual({
      fresh: [2, 4, 3, 0],
      uncertain: [1],
      regular: [[2, 4]],
    });
  });

  it('takes nothing for new of a series of which it does not know what is stored', () => {
    expect(divide([row(1, 10)], {})).toEqual({ fresh: [], uncertain: [0], regular: [] });
  });

  it('keeps all rows of a key that comes twice together', () => {
    const rows = [row(1, 20), row(1, 30), row(1, 20), row(1, 30, 2)];
    expect(divide(rows, { 1: 0 })).toEqual({ fresh: [1, 3], uncertain: [0, 2], regular: [] });
  });

  it('parts a series that begins before what is stored', () => {
    expect(divide([row(1, 5), row(1, 15)], { 1: 10 })).toEqual({ fresh: [1], uncertain: [0], regular: [] });
  });
});
