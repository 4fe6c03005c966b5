import { describe, expect, it } from 'vitest';
import { changedSpans } from './changed-spans.js';
import type { StagedRow } from './staged-row.js';

const HOUR = 3_600_000;
const row = (seriesId: number, timestampMs: number): StagedRow => ({ seriesId, timestampMs }) as StagedRow;

describe('changedSpans', () => {
  it('spans what changed of each series, whatever the order of rows', () => {
    const rows = [row(1, 300), row(2, 50), row(1, 100), row(1, 200)];
    expect(changedSpans(rows)).toEqual([
      { seriesId: 1, fromMs: 100, toMs: 300 },
      { seriesId: 2, fromMs: 50, toMs: 50 },
    ]);
  });

  it('has none where nothing changed', () => {
    expect(changedSpans([])).toEqual([]);
  });

  it('does not span the time between a late reading and the newest ones', () => {
    expect(changedSpans([row(1, 9 * HOUR), row(1, 0), row(1, HOUR)])).toEqual([
      { seriesId: 1, fromMs: 0, toMs: HOUR },
      { seriesId: 1, fromMs: 9 * HOUR, toMs: 9 * HOUR },
    ]);
  });
});
