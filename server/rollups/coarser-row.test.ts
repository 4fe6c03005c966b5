import { describe, expect, it } from 'vitest';
import type { RollupRow } from '../../store/rollups/rollup-row.js';
import { coarserRow } from './coarser-row.js';

const QUARTER_MS = 900_000;

function quarter(index: number, values: readonly number[], wh: number | null): RollupRow {
  const bucketMs = index * QUARTER_MS;
  const isEmpty = values.length === 0;
  return {
    bucketMs,
    count: values.length,
    conflicts: index,
    firstMs: isEmpty ? null : bucketMs + 1,
    lastMs: isEmpty ? null : bucketMs + 2,
    min: isEmpty ? null : Math.min(...values),
    max: isEmpty ? null : Math.max(...values),
    sum: isEmpty ? null : values.reduce((sum, value) => sum + value, 0),
    first: values[0] ?? null,
    last: values.at(-1) ?? null,
    measuredWh: wh,
    estimatedWh: wh === null ? null : 0,
    suspectWh: wh === null ? null : 1,
    energySamples: wh === null ? null : values.length,
    late: index,
    irregular: 0,
    clock: values.length,
    cadenceMs: null,
  };
}

describe('a coarser row', () => {
  it('is of the samples in all the finer ones', () => {
    expect(coarserRow(0, [quarter(0, [5, 1], 10), quarter(1, [], 20), quarter(3, [9, 3], 30)])).toEqual({
      bucketMs: 0,
      count: 4,
      conflicts: 4,
      firstMs: 1,
      lastMs: 3 * QUARTER_MS + 2,
      min: 1,
      max: 9,
      sum: 18,
      first: 5,
      last: 3,
      measuredWh: 60,
      estimatedWh: 0,
      suspectWh: 3,
      energySamples: null,
      late: 4,
      irregular: 0,
      clock: 4,
      cadenceMs: 3 * QUARTER_MS - 1,
    });
  });

  it('has no values where no finer one has a sample, and no energy where the series has none', () => {
    expect(coarserRow(0, [quarter(1, [], 20)])).toMatchObject({
      count: 0,
      firstMs: null,
      min: null,
      sum: null,
      measuredWh: 20,
    });
    expect(coarserRow(0, [quarter(1, [4], null)])).toMatchObject({
      count: 1,
      sum: 4,
      measuredWh: null,
      suspectWh: null,
    });
  });

  it('adds up in the order of time, as floating point asks for', () => {
    const rows = [0.1, 0.2, 0.3].map((value, index) => quarter(index, [value], value));
    expect(coarserRow(0, rows)).toMatchObject({ sum: 0.1 + 0.2 + 0.3, measuredWh: 0.1 + 0.2 + 0.3 });
  });
});
