import { describe, expect, it } from 'vitest';
import { divideRows, seriesOf } from './divide-rows.js';
import type { StagedRow } from './staged-row.js';

const row = (seriesId: number, timestampMs: number, contextId = 1): StagedRow =>
  ({ seriesId, timestampMs, contextId }) as StagedRow;

function divide(rows: readonly StagedRow[], known: Readonly<Record<number, number>>) {
  return divideRows(rows, seriesOf(rows), { of: (seriesId) => known[seriesId] });
}

describe('divideRows', () => {
  it('takes for new what is later than all that is stored of its series, in whatever order it comes', () => {
    const rows = [row(1, 30), row(1, 10), row(2, 10), row(1, 20), row(2, 5)];
    expect(divide(rows, { 1: 10, 2: -Infinity })).toEqual({ fresh: [0, 2, 3, 4], uncertain: [1] });
  });

  it('takes nothing for new of a series of which it does not know what is stored', () => {
    expect(divide([row(1, 10)], {})).toEqual({ fresh: [], uncertain: [0] });
  });

  it('keeps all rows of a key that comes twice together', () => {
    const rows = [row(1, 20), row(1, 30), row(1, 20), row(1, 30, 2)];
    expect(divide(rows, { 1: 0 })).toEqual({ fresh: [1, 3], uncertain: [0, 2] });
  });
});
