import { describe, expect, it } from 'vitest';
import { bucketSpans, planSpans } from './plan-spans.js';

const QUARTER = 900_000;
const DAY = 86_400_000;
const T0 = Date.UTC(2026, 0, 15);

describe('bucketSpans', () => {
  it('takes the whole bucket of a single reading, on its edge too', () => {
    expect(bucketSpans([{ seriesId: 1, fromMs: T0 + 1, toMs: T0 + 1 }])).toEqual([
      { seriesId: 1, fromMs: T0, toMs: T0 + QUARTER },
    ]);
    expect(bucketSpans([{ seriesId: 1, fromMs: T0 + QUARTER, toMs: T0 + QUARTER }])).toEqual([
      { seriesId: 1, fromMs: T0 + QUARTER, toMs: T0 + 2 * QUARTER },
    ]);
  });

  it('joins spans of one series that touch or overlap, whatever their order, and leaves others apart', () => {
    const spans = [
      { seriesId: 2, fromMs: T0, toMs: T0 + 1 },
      { seriesId: 1, fromMs: T0 + QUARTER, toMs: T0 + QUARTER },
      { seriesId: 1, fromMs: T0 + 5 * QUARTER, toMs: T0 + 5 * QUARTER },
      { seriesId: 1, fromMs: T0, toMs: T0 },
    ];
    expect(bucketSpans(spans)).toEqual([
      { seriesId: 1, fromMs: T0, toMs: T0 + 2 * QUARTER },
      { seriesId: 1, fromMs: T0 + 5 * QUARTER, toMs: T0 + 6 * QUARTER },
      { seriesId: 2, fromMs: T0, toMs: T0 + QUARTER },
    ]);
  });

  it('takes times before 1970', () => {
    expect(bucketSpans([{ seriesId: 1, fromMs: -1, toMs: -1 }])).toEqual([
      { seriesId: 1, fromMs: -QUARTER, toMs: 0 },
    ]);
  });
});

describe('planSpans', () => {
  const span = (seriesId: number, buckets: number) => ({
    seriesId,
    fromMs: T0,
    toMs: T0 + buckets * QUARTER,
  });

  it('takes all that fits', () => {
    expect(planSpans([span(1, 3), span(2, 4)], 7)).toEqual({ now: [span(1, 3), span(2, 4)], later: [] });
  });

  it('cuts the span that does not fit, and puts off the rest so that nothing is left out', () => {
    const { now, later } = planSpans([span(1, 3), span(2, 4), span(3, 1)], 5);
    expect(now).toEqual([span(1, 3), span(2, 2)]);
    expect(bucketSpans(later)).toEqual([
      { seriesId: 2, fromMs: T0 + 2 * QUARTER, toMs: T0 + 4 * QUARTER },
      span(3, 1),
    ]);
  });

  it('takes a month of a series at most, and something always', () => {
    const year = { seriesId: 1, fromMs: T0, toMs: T0 + 365 * DAY };
    expect(planSpans([year], 1_000_000).now).toEqual([{ ...year, toMs: T0 + 31 * DAY }]);
    expect(planSpans([span(1, 3)], 1).now).toEqual([span(1, 1)]);
  });
});
