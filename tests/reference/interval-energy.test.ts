import { describe, expect, it } from 'vitest';
import { energyReference } from './energy-reference.js';
import { INTERVAL, at, clock, energyOf, facts, readings, type Line } from './facts.js';

function quarters(lines: readonly Line[]): (readonly [string | null, number | null])[] {
  const { buckets15m } = energyReference(facts(readings(INTERVAL, lines)));
  return buckets15m
    .filter(({ measuredWh }) => measuredWh !== 0)
    .map(({ bucketMs, measuredWh }) => [clock(bucketMs), measuredWh] as const);
}

describe('the energy of intervals', () => {
  it('flows since the sample before, and that of the first over one cadence', () => {
    // Every 10 minutes: 30 Wh from 09:55 to 10:05 are 15 before and 15 after 10:00; 30 more until 10:15.
    expect(
      quarters([
        ['10:05', 30],
        ['10:15', 30],
      ]),
    ).toEqual([
      ['09:45', 15],
      ['10:00', 45],
    ]);
  });

  it('after a gap flows over one cadence', () => {
    // Spans 5, 5, 5 and 60 minutes: the cadence is 5, and 60 > 15.
    const lines: Line[] = [
      ['10:00', 5],
      ['10:05', 5],
      ['10:10', 5],
      ['10:15', 5],
      ['11:15', 8],
    ];
    expect(quarters(lines)).toEqual([
      ['09:45', 5],
      ['10:00', 15],
      ['11:00', 8],
    ]);
  });

  it('of the only sample is in the bucket of the last millisecond before it', () => {
    expect(quarters([['10:15', 700]])).toEqual([['10:00', 700]]);
    expect(quarters([['10:15:00.001', 700]])).toEqual([['10:15', 700]]);
  });

  it('is suspect when negative or not possible, at its time', () => {
    // 36 seconds: 6,000 Wh at most.
    const lines: Line[] = [
      ['10:00', 1],
      ['10:00:36', 6000],
      ['10:01:12', 6001],
      ['10:01:48', -7],
    ];
    expect(energyOf(lines, [], INTERVAL)).toEqual([6001, 0, 6008]);
    const { buckets15m } = energyReference(facts(readings(INTERVAL, [...lines, ['10:15', -3]])));
    expect(buckets15m.at(-1)).toMatchObject({ suspectWh: 3, measuredWh: 0 });
  });

  it('counts only Sample.Clock of a UTC day that has any, with midnight in the day that ends', () => {
    const lines: Line[] = [
      // The day before has its clock at midnight: 40 counts, 1 doesn't.
      ['-1 23:45', 1],
      ['00:00', 40, 'Sample.Clock'],
      // This day has none: 20 and 21 count.
      ['00:15', 20],
      ['00:30', 21],
      // The next has: 1 doesn't count.
      ['1 00:15', 1],
      ['1 00:30', 50, 'Sample.Clock'],
    ];
    expect(energyOf(lines, [], INTERVAL)).toEqual([131, 0, 0]);
  });

  it('counts one sample an instant', () => {
    expect(
      energyOf(
        [
          ['10:00', 20],
          ['10:00', 30, 'Transaction.End'],
          ['10:15', 30, 'Transaction.End'],
        ],
        [],
        INTERVAL,
      ),
    ).toEqual([50, 0, 0]);
  });
});

it('flows over 31 days at most', () => {
  const { buckets1d } = energyReference(
    facts(
      readings(INTERVAL, [
        ['10:00', 0],
        ['40 10:00', 310],
      ]),
    ),
  );
  const flowing = buckets1d.filter(({ measuredWh }) => (measuredWh ?? 0) > 0);
  expect(flowing.map(({ bucketMs }) => bucketMs)[0]).toBe(at('9 00:00'));
  expect(flowing.reduce((sum, { measuredWh }) => sum + (measuredWh ?? 0), 0)).toBeCloseTo(310, 6);
});
