import { describe, expect, it } from 'vitest';
import { energyReference, type SliceRow } from './energy-reference.js';
import { INTERVAL, POWER, REGISTER, at, clock, facts, readings, type Line } from './facts.js';
import type { Series } from './model.js';

function slices(lines: readonly Line[], series: Series = REGISTER): readonly SliceRow[] {
  return energyReference(facts(readings(series, lines))).slices;
}

describe('slices of a register', () => {
  it('hold the steps between samples of one session, in each bucket they flow in', () => {
    // 120 Wh from 10:10 to 10:40 at 240 W: 20, 60, 40; 30 minutes are more than three times 5. The step to 10:45 leads out of the session.
    expect(
      slices([
        ['10:10', 1000, null, 'A'],
        ['10:40', 1120, null, 'A'],
        ['10:45', 1130],
      ]),
    ).toEqual([
      {
        series: 'CP-1 | 0 | 1 | Energy.Active.Import.Register |  | Outlet | Wh',
        bucketMs: at('10:00'),
        transaction: 'A',
        firstMs: at('10:10'),
        lastMs: at('10:10'),
        measuredWh: 0,
        estimatedWh: 20,
        suspectWh: 0,
        maxPowerW: null,
        isEnded: false,
      },
      expect.objectContaining({ bucketMs: at('10:15'), firstMs: null, lastMs: null, maxPowerW: null }),
      expect.objectContaining({ bucketMs: at('10:30'), firstMs: at('10:40'), maxPowerW: 240 }),
    ]);
  });

  it('hold the greatest mean power of a step of a minute or more, where it ends', () => {
    // 59 s are too short; 60 s and 100 Wh are 6,000 W; 120 s and 100 Wh 3,000 W.
    const [slice] = slices([
      ['10:00', 1000, null, 'A'],
      ['10:00:59', 1900, null, 'A'],
      ['10:01:59', 2000, null, 'A'],
      ['10:03:59', 2100, null, 'A'],
    ]);
    expect(slice?.maxPowerW).toBeCloseTo(6000, 9);
    // Standing still for a minute is 0 W.
    expect(
      slices([
        ['10:00', 1000, null, 'A'],
        ['10:01', 1000, null, 'A'],
      ]),
    ).toMatchObject([{ maxPowerW: 0, measuredWh: 0 }]);
  });

  it('hold suspect energy of a sample, and of a step within the session', () => {
    // The zero is a sample of A: 5,000. From 5,010 to 25,010 in a minute isn't possible: 20,000.
    expect(
      slices([
        ['10:00', 5000],
        ['10:01', 0, null, 'A'],
        ['10:02', 5010, null, 'A'],
        ['10:03', 25010, null, 'A'],
        ['10:04', 55010, null, 'B'],
      ]),
    ).toMatchObject([
      { transaction: 'A', measuredWh: 0, suspectWh: 25000 },
      { transaction: 'B', suspectWh: 0 },
    ]);
  });

  it('are ended where any reading of the bucket says so, whichever is the sample', () => {
    expect(
      slices([
        ['10:00', 5000, null, 'A'],
        ['10:20', 5100, null, 'B'],
        ['10:20', 5100, 'Transaction.End', 'A'],
        ['10:21', 5101, 'Transaction.End', '0'],
        ['10:22', 5102, 'Transaction.End'],
      ]).map(({ bucketMs, transaction, firstMs, isEnded }) => [
        clock(bucketMs),
        transaction,
        clock(firstMs),
        isEnded,
      ]),
    ).toEqual([
      ['10:00', 'A', '10:00', false],
      ['10:15', 'A', null, true],
      ['10:15', 'B', '10:20', false],
    ]);
  });
});

describe('slices of other series', () => {
  it('of an interval hold all of its energy', () => {
    expect(
      slices(
        [
          ['10:00', 10, null, 'A'],
          ['10:10', 20, null, 'B'],
        ],
        INTERVAL,
      ).map(({ bucketMs, transaction, measuredWh, maxPowerW }) => [
        clock(bucketMs),
        transaction,
        measuredWh,
        maxPowerW,
      ]),
    ).toEqual([
      ['09:45', 'A', 10, null],
      ['10:00', 'A', 0, null],
      ['10:00', 'B', 20, null],
    ]);
  });

  it('of power hold the greatest sample and no energy', () => {
    expect(
      slices(
        [
          ['10:00', 3000, null, 'A'],
          ['10:05', 7000, null, 'A'],
          ['10:05', 9000, 'Trigger', 'A'],
          ['10:10', 8000],
        ],
        POWER,
      ),
    ).toMatchObject([{ transaction: 'A', maxPowerW: 7000, measuredWh: null, lastMs: at('10:05') }]);
  });

  it('are none of reactive energy, nor of anything else', () => {
    expect(slices([['10:00', 1, null, 'A']], { ...REGISTER, unit: 'varh' })).toEqual([]);
    expect(slices([['10:00', 1, null, 'A']], { ...REGISTER, measurand: 'SoC', unit: 'Percent' })).toEqual([]);
  });
});
