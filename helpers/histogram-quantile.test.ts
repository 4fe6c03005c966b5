import { describe, expect, it } from 'vitest';
import { histogramQuantile } from './histogram-quantile.js';

describe('a quantile of a histogram', () => {
  const evenly = [
    { bound: 0.1, count: 50 },
    { bound: 0.2, count: 40 },
    { bound: 1, count: 10 },
    { bound: Infinity, count: 0 },
  ];

  it.each([
    [0, 0],
    [0.5, 0.1],
    [0.7, 0.15],
    [0.9, 0.2],
    [0.95, 0.6],
    [1, 1],
  ])('%f of them take %f', (q, expected) => {
    expect(histogramQuantile(q, evenly)).toBeCloseTo(expected, 10);
  });

  it('takes buckets in any order, and skips those that are empty', () => {
    const some = [
      { bound: Infinity, count: 0 },
      { bound: 1, count: 4 },
      { bound: 0.1, count: 0 },
    ];
    expect(histogramQuantile(0.5, some)).toBeCloseTo(0.55, 10);
  });

  it('is the last bound for what lies beyond it', () => {
    const slow = [
      { bound: 1, count: 1 },
      { bound: Infinity, count: 9 },
    ];
    expect(histogramQuantile(0.99, slow)).toBe(1);
  });

  it('is unknown without observations', () => {
    expect(histogramQuantile(0.5, [])).toBeNull();
    expect(histogramQuantile(0.5, [{ bound: 1, count: 0 }])).toBeNull();
  });
});
