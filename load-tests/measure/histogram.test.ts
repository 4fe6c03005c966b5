import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram, type HistogramData } from './histogram.js';

const latencies = fc.array(fc.double({ min: 0.02, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 });

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

describe('a histogram', () => {
  it('merged from those of several processes is the one of all values, written down and read again', () => {
    fc.assert(
      fc.property(fc.array(latencies, { minLength: 1, maxLength: 5 }), (processes) => {
        const written = processes.map(
          (values) => JSON.parse(JSON.stringify(histogramOf(values))) as HistogramData,
        );
        const merged = Histogram.of(written);
        const single = histogramOf(processes.flat());
        expect(merged.toJSON().bins).toEqual(single.toJSON().bins);
        expect(merged.count).toBe(single.count);
        for (const share of [0.5, 0.9, 0.99, 0.999])
          expect(merged.quantile(share)).toBeCloseTo(single.quantile(share), 1);
      }),
    );
  });

  it('knows every quantile to 1%', () => {
    fc.assert(
      fc.property(latencies, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const rank = Math.max(1, Math.ceil(share * values.length));
        const exact = [...values].sort((a, b) => a - b)[rank - 1] ?? NaN;
        const known = histogramOf(values).quantile(share);
        expect(Math.abs(known - exact) / exact).toBeLessThan(0.011);
      }),
    );
  });

  it('of nothing is 0', () => {
    expect(new Histogram().quantiles()).toMatchObject({ count: 0, mean: 0, p50: 0, p99: 0, max: 0 });
  });
});
