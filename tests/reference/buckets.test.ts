import { describe, expect, it } from 'vitest';
import { energyReference, seriesText } from './energy-reference.js';
import { INTERVAL, POWER, REGISTER, at, clock, facts, readings } from './facts.js';

const SOC = { ...REGISTER, measurand: 'SoC', location: 'EV', unit: 'Percent' };

describe('one sample an instant', () => {
  const sampled = (
    series: typeof REGISTER,
    ...values: readonly (readonly [string, number])[]
  ): number | null => {
    const lines = values.map(([context, value]) => ['10:00', value, context] as const);
    return energyReference(facts(readings(series, lines))).buckets15m[0]?.last ?? null;
  };

  it('prefers contexts in the order of the document', () => {
    const order = [
      'Sample.Periodic',
      'Sample.Clock',
      'Transaction.Begin',
      'Transaction.End',
      'Interruption.Begin',
      'Interruption.End',
      'Trigger',
      'Other',
      'Alarm',
      'alarm',
      'MeterStart',
      'MeterStop',
    ];
    for (let first = 0; first < order.length; first++) {
      const rest = order.slice(first).map((context, index) => [context, index + 1] as const);
      expect(sampled(SOC, ...rest), order[first]).toBe(1);
      expect(sampled(SOC, ...rest.toReversed()), order[first]).toBe(1);
    }
  });

  it('prefers any other value of a register to a 0, of others it does not', () => {
    expect(sampled(REGISTER, ['Sample.Periodic', 0], ['MeterStop', 7])).toBe(7);
    expect(sampled(REGISTER, ['Sample.Periodic', 0], ['MeterStop', 0])).toBe(0);
    expect(sampled(INTERVAL, ['Sample.Periodic', 0], ['MeterStop', 7])).toBe(0);
    expect(sampled(SOC, ['Sample.Periodic', 0], ['MeterStop', 7])).toBe(0);
  });

  it('counts once', () => {
    const lines = [
      ['10:00', 4],
      ['10:00', 5, 'Sample.Clock'],
      ['10:01', 6],
    ] as const;
    const [row] = energyReference(facts(readings(SOC, lines))).buckets15m;
    // 4 and 6: the Sample.Clock of 10:00 gives way.
    expect(row).toMatchObject({ count: 2, min: 4, max: 6, sum: 10, first: 4, last: 6 });
  });
});

describe('rows', () => {
  it('are half-open: a sample on the edge belongs to what begins', () => {
    const lines = [
      ['10:14:59.999', 1],
      ['10:15', 2],
      ['10:29:59.999', 3],
      ['10:30', 4],
    ] as const;
    const { buckets15m } = energyReference(facts(readings(SOC, lines)));
    expect(
      buckets15m.map(({ bucketMs, first, last, count }) => [clock(bucketMs), first, last, count]),
    ).toEqual([
      ['10:00', 1, 1, 1],
      ['10:15', 2, 3, 2],
      ['10:30', 4, 4, 1],
    ]);
  });

  it('hold null values where only a conflict is, and null energies where the series has none', () => {
    const { buckets15m } = energyReference({
      readings: [],
      conflicts: [
        { series: SOC, timestampMs: at('10:20') },
        { series: SOC, timestampMs: at('10:20') },
      ],
      sessions: [],
      edits: [],
    });
    expect(buckets15m).toEqual([
      {
        series: seriesText(SOC),
        bucketMs: at('10:15'),
        count: 0,
        min: null,
        max: null,
        sum: null,
        first: null,
        firstMs: null,
        last: null,
        lastMs: null,
        conflicts: 2,
        measuredWh: null,
        estimatedWh: null,
        suspectWh: null,
      },
    ]);
  });

  it('of hours are made of the quarters, those of days of the hours', () => {
    const lines = [
      ['10:05', 50],
      ['10:50', 20],
      ['11:10', 70],
      ['1 00:00', 5],
    ] as const;
    const { buckets1h, buckets1d } = energyReference(facts(readings(POWER, lines)));
    expect(
      buckets1h.map(({ bucketMs, count, min, max, sum, first, last }) => [
        clock(bucketMs),
        count,
        min,
        max,
        sum,
        first,
        last,
      ]),
    ).toEqual([
      ['10:00', 2, 20, 50, 70, 50, 20],
      ['11:00', 1, 70, 70, 70, 70, 70],
      ['00:00', 1, 5, 5, 5, 5, 5],
    ]);
    expect(buckets1d).toMatchObject([
      { bucketMs: at('00:00'), count: 3, min: 20, max: 70, sum: 140, first: 50, last: 70, countsAs: 0 },
      { bucketMs: at('1 00:00'), count: 1, sum: 5, firstMs: at('1 00:00') },
    ]);
  });

  it('are there for energy alone, and not where a register stands still without a sample', () => {
    // 60 Wh in an hour: 15 Wh a quarter. Then 0 Wh in an hour: no row but that of the sample.
    const lines = [
      ['10:00', 100],
      ['11:00', 160],
      ['12:00', 160],
    ] as const;
    const { buckets15m } = energyReference(facts(readings(REGISTER, lines)));
    expect(buckets15m.map(({ bucketMs, count, measuredWh }) => [clock(bucketMs), count, measuredWh])).toEqual(
      [
        ['10:00', 1, 15],
        ['10:15', 0, 15],
        ['10:30', 0, 15],
        ['10:45', 0, 15],
        ['11:00', 1, 0],
        ['12:00', 1, 0],
      ],
    );
  });
});

describe('energy in buckets', () => {
  it('flows evenly across an edge', () => {
    // 30 Wh in 10 minutes, 3 of them after 10:15.
    const { buckets15m } = energyReference(
      facts(
        readings(REGISTER, [
          ['10:08', 100],
          ['10:18', 130],
        ]),
      ),
    );
    expect(buckets15m.map(({ bucketMs, measuredWh }) => [clock(bucketMs), measuredWh])).toEqual([
      ['10:00', 21],
      ['10:15', 9],
    ]);
  });

  it('of a step that ends on an edge is all before it', () => {
    const { buckets15m } = energyReference(
      facts(
        readings(REGISTER, [
          ['10:05', 100],
          ['10:15', 130],
        ]),
      ),
    );
    expect(buckets15m.map(({ bucketMs, measuredWh }) => [clock(bucketMs), measuredWh])).toEqual([
      ['10:00', 30],
      ['10:15', 0],
    ]);
  });

  it('of a step longer than 31 days flows in the last 31', () => {
    // 31 days are 2,976 quarters.
    const { buckets15m } = energyReference(
      facts(
        readings(REGISTER, [
          ['2026-01-01T00:00:00Z', 1],
          ['2026-02-10T00:00:00Z', 2977],
        ]),
      ),
    );
    const flowing = buckets15m.filter(({ measuredWh }) => measuredWh !== 0);
    expect(flowing).toHaveLength(2976);
    expect(flowing[0]).toMatchObject({ bucketMs: at('2026-01-10T00:00:00Z'), measuredWh: 1 });
    expect(flowing.at(-1)).toMatchObject({ bucketMs: at('2026-02-09T23:45:00Z') });
  });

  it('that is suspect belongs to the bucket of its time', () => {
    // 0 between 5,000 and 5,010: 5,000 Wh at 10:15, the time of the zero.
    const { buckets15m } = energyReference(
      facts(
        readings(REGISTER, [
          ['10:10', 5000],
          ['10:15', 0],
          ['10:20', 5010],
        ]),
      ),
    );
    expect(
      buckets15m.map(({ bucketMs, measuredWh, suspectWh }) => [clock(bucketMs), measuredWh, suspectWh]),
    ).toEqual([
      ['10:00', 5, 0],
      ['10:15', 5, 5000],
    ]);
  });
});
