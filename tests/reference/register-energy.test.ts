import { describe, expect, it } from 'vitest';
import { energyReference } from './energy-reference.js';
import { REGISTER, energyOf, facts, readings, session, type Line } from './facts.js';

/** A register that starts again with sessions A, B and C: two restarts, no continuation. */
const SESSIONS: readonly Line[] = [
  ['08:00', 4000, null, 'A'],
  ['08:10', 5000, null, 'A'],
  ['08:20', 3000, null, 'B'],
  ['08:30', 4500, null, 'B'],
  ['08:40', 2000, null, 'C'],
  ['08:50', 2600, null, 'C'],
];

describe('zero placeholders', () => {
  it('are runs of one or two zeros', () => {
    // 5,000 Wh are suspect once, at the first zero; 20 Wh from 10:00 to 10:03.
    expect(
      energyOf([
        ['10:00', 5000],
        ['10:01', 0],
        ['10:02', 5020],
      ]),
    ).toEqual([20, 0, 5000]);
    expect(
      energyOf([
        ['10:00', 5000],
        ['10:01', 0],
        ['10:02', 0],
        ['10:03', 5020],
      ]),
    ).toEqual([20, 0, 5000]);
  });

  it('are not three zeros: a reset, and a step up that is possible or not', () => {
    const zeros: Line[] = [
      ['10:00', 5000],
      ['10:01', 0],
      ['10:02', 0],
      ['10:03', 0],
      ['10:04', 5020],
    ];
    // In one minute 500,000 / 60 + 1,000 = 9,333 Wh are possible.
    expect(energyOf(zeros)).toEqual([5020, 0, 0]);
    expect(energyOf(zeros.map(([time, value]) => [time, 10 * value]))).toEqual([0, 0, 50200]);
  });

  it('stay where the value after them is less, or where the step across is not possible', () => {
    // 5,000 to 0 is a reset; 0 to 4,999 in a minute is possible.
    expect(
      energyOf([
        ['10:00', 5000],
        ['10:01', 0],
        ['10:02', 4999],
      ]),
    ).toEqual([4999, 0, 0]);
    // 500,000 x 2 / 60 + 1,000 = 17,667 < 20,000: from 0 to 25,000 is not possible either.
    expect(
      energyOf([
        ['10:00', 5000],
        ['10:01', 0],
        ['10:02', 25000],
      ]),
    ).toEqual([0, 0, 25000]);
  });

  it('in a register of sessions are the true start of another session', () => {
    // Of A 1,000, of B 1,500, of C 600. Then D: from C's last value to 0 counts anew, 0 to 2,700 in 10 minutes is energy.
    const begun: Line[] = [...SESSIONS, ['09:00', 0, null, 'D'], ['09:10', 2700, null, 'D']];
    expect(energyOf(begun)).toEqual([5800, 0, 0]);
    // The same within C: 2,700 - 2,600 = 100.
    const within: Line[] = [...SESSIONS, ['09:00', 0, null, 'C'], ['09:10', 2700, null, 'C']];
    expect(energyOf(within)).toEqual([3200, 0, 2600]);
  });

  it('in a lifetime register are placeholders whatever the sessions', () => {
    expect(
      energyOf([
        ['10:00', 5000, null, 'A'],
        ['10:01', 0, 'Transaction.Begin', 'B'],
        ['10:02', 5020, null, 'B'],
      ]),
    ).toEqual([20, 0, 5000]);
  });
});

describe('spikes and dips', () => {
  it('are left out with their excess', () => {
    // 7,000 - 5,010; 5,000 - 4,000.
    expect(
      energyOf([
        ['10:00', 5000],
        ['10:01', 7000],
        ['10:02', 5010],
      ]),
    ).toEqual([10, 0, 1990]);
    expect(
      energyOf([
        ['10:00', 5000],
        ['10:01', 4000],
        ['10:02', 5010],
      ]),
    ).toEqual([10, 0, 1000]);
  });

  it('give way to a neighbour of greater excess', () => {
    // 50 between 100 and 4,000 is a dip of 50; 4,000 between 50 and 110 a spike of 3,890: only the greater is left out,
    // and the rest is 100, 50, 110, 120: a reset, then 60 + 10.
    expect(
      energyOf([
        ['10:00', 100],
        ['10:01', 50],
        ['10:02', 4000],
        ['10:03', 110],
        ['10:04', 120],
      ]),
    ).toEqual([70, 0, 3890]);
  });

  it('give way to the one before of the same excess', () => {
    // 200 between 100 and 150 exceeds by 50; 150 between 200 and 210 falls short by 50. The first goes: 100, 150, 210.
    expect(
      energyOf([
        ['10:00', 100],
        ['10:01', 200],
        ['10:02', 150],
        ['10:03', 210],
      ]),
    ).toEqual([110, 0, 50]);
  });

  it('are none when the step across is not possible', () => {
    // 100 to 30,000 in two minutes: at most 17,667. 100 to 90,000 isn't possible either; then a reset.
    expect(
      energyOf([
        ['10:00', 100],
        ['10:01', 90000],
        ['10:02', 30000],
      ]),
    ).toEqual([0, 0, 89900]);
  });

  it('in a register of sessions are none where a session begins', () => {
    // D begins at 100, less than C's 2,600, and ends at 2,700: 600 of C, then 2,600 of D in 10 minutes.
    const begun: Line[] = [...SESSIONS, ['09:00', 100, null, 'D'], ['09:10', 2700, null, 'D']];
    expect(energyOf(begun)).toEqual([5700, 0, 0]);
  });
});

describe('steps', () => {
  it('are possible up to 500 kW and 1 kWh', () => {
    // 36 seconds: 5,000 + 1,000 Wh.
    expect(
      energyOf([
        ['10:00', 100],
        ['10:00:36', 6100],
      ]),
    ).toEqual([6000, 0, 0]);
    expect(
      energyOf([
        ['10:00', 100],
        ['10:00:36', 6100.5],
      ]),
    ).toEqual([0, 0, 6000.5]);
  });

  it('down are a reset, and counting starts again', () => {
    expect(
      energyOf([
        ['10:00', 5000],
        ['10:10', 5100],
        ['10:20', 30],
        ['10:30', 80],
      ]),
    ).toEqual([150, 0, 0]);
  });

  it.each([1e7, 1e8, 1e9, 2 ** 32, 1e10, 1e11, 1e12])('down from just below %d roll over', (end) => {
    expect(
      energyOf([
        ['10:00', end - 40],
        ['10:10', 60],
        ['10:20', 70],
      ]),
    ).toEqual([110, 0, 0]);
  });

  it('roll over from 99% to 1%, when that is possible', () => {
    // From 9,900,000 to 100,000: 200,000 Wh in 24 minutes is just possible: 500,000 x 0.4 = 200,000.
    expect(
      energyOf([
        ['10:00', 9_900_000],
        ['10:24', 100_000],
      ]),
    ).toEqual([200_000, 0, 0]);
    expect(
      energyOf([
        ['10:00', 9_900_000],
        ['10:20', 100_000],
      ]),
    ).toEqual([0, 0, 0]);
    expect(
      energyOf([
        ['10:00', 9_899_999],
        ['14:00', 100_000],
      ]),
    ).toEqual([0, 0, 0]);
    expect(
      energyOf([
        ['10:00', 9_900_000],
        ['14:00', 100_001],
      ]),
    ).toEqual([0, 0, 0]);
  });

  it('into another session of a register of sessions are no energy, out of one they are', () => {
    // A 1,000, B 1,500, C 600; C's 2,600 to 2,700 without a session is energy of no session.
    expect(energyOf(SESSIONS)).toEqual([3100, 0, 0]);
    expect(energyOf([...SESSIONS, ['09:00', 2700]])).toEqual([3200, 0, 0]);
    // Up into a session of its own: nothing.
    expect(energyOf([...SESSIONS, ['09:00', 2700, null, 'D']])).toEqual([3100, 0, 0]);
  });
});

describe('measured and estimated', () => {
  const everyMinute = (from: number, count: number): Line[] =>
    Array.from({ length: count }, (_, index) => {
      const minute = String(from + index).padStart(2, '0');
      return [`10:${minute}`, 1000 + from + index];
    });

  it('the third longest of the seven spans around is the cadence', () => {
    // Spans of a minute and one of three: 3 <= 3 x 1 is measured. Of four: estimated.
    expect(energyOf([...everyMinute(0, 5), ['10:07', 1100], ['10:08', 1101]])).toEqual([101, 0, 0]);
    expect(energyOf([...everyMinute(0, 5), ['10:08', 1100], ['10:09', 1101]])).toEqual([5, 96, 0]);
  });

  it('exactly three times the cadence is measured, a millisecond more is not', () => {
    const before = everyMinute(0, 5);
    expect(energyOf([...before, ['10:07:00.000', 1104]])).toEqual([104, 0, 0]);
    expect(energyOf([...before, ['10:07:00.001', 1104]])).toEqual([4, 100, 0]);
  });

  it('of fewer than three spans the shortest is the cadence', () => {
    // 1 and 4 minutes.
    expect(
      energyOf([
        ['10:00', 1],
        ['10:01', 2],
        ['10:05', 9],
      ]),
    ).toEqual([1, 7, 0]);
    // 1 and 3 minutes.
    expect(
      energyOf([
        ['10:00', 1],
        ['10:01', 2],
        ['10:04', 9],
      ]),
    ).toEqual([8, 0, 0]);
  });

  it('looks three samples back and three ahead, no further', () => {
    // Around the span of 20 minutes from 11:00: 10:57, :58, :59 and 11:21, :22, :23 make six spans of a minute.
    const near: Line[] = [
      ['10:57', 7],
      ['10:58', 8],
      ['10:59', 9],
      ['11:00', 10],
      ['11:20', 30],
      ['11:21', 31],
      ['11:22', 32],
      ['11:23', 33],
    ];
    expect(energyOf(near)).toEqual([6, 20, 0]);
    // Longer ones beyond them change nothing of it: 27 minutes before, 27 after, each estimated in turn
    // (20, 27 and five of a minute around them: the third longest is a minute).
    expect(energyOf([['10:30', 1], ...near, ['11:50', 40]])).toEqual([6, 33, 0]);
  });

  it('takes the cadence from the chain with its placeholders, the length from the step', () => {
    // Zeros at :01 and :02 are left out: a step of 3 minutes, at a cadence of 1.
    expect(
      energyOf([
        ['10:00', 100],
        ['10:01', 0],
        ['10:02', 0],
        ['10:03', 130],
        ['10:04', 131],
      ]),
    ).toEqual([31, 0, 100]);
  });
});

describe('the readings of another register', () => {
  it('are left out of the chain, and of the chain alone', () => {
    // Sample.Clock shows 900 where the others show 5,000: x, y, z is contradicted at every turn.
    const lines: Line[] = [
      ['10:00', 5000],
      ['10:05', 900, 'Sample.Clock'],
      ['10:10', 5010],
      ['10:15', 905, 'Sample.Clock'],
      ['10:20', 5030],
    ];
    const aggregates = energyReference(facts(readings(REGISTER, lines)));
    // 5,000/900/5,010 and 5,010/905/5,030 contradict, so does 900/5,010/905.
    expect(aggregates.semantics).toMatchObject([
      { clockContradictions: 3, clockAgreements: 0, ignoresClock: true, ignoresBoundary: false },
    ]);
    expect(energyOf(lines)).toEqual([30, 0, 0]);
    expect(aggregates.buckets15m.reduce((sum, { count }) => sum + count, 0)).toBe(5);
  });

  it('leave the instant to the others', () => {
    // 20 and 30 are contradicted by 5,010 and 5,030 of the same session, and lie outside of what is around them.
    const lines: Line[] = [
      ['10:00', 5000, null, 'A'],
      ['10:10', 20, 'Transaction.Begin', 'A'],
      ['10:20', 5010, null, 'A'],
      ['10:30', 30, 'Transaction.End', 'A'],
      ['10:40', 5030, null, 'A'],
      ['10:40', 31, 'MeterStop', 'A'],
    ];
    expect(energyOf(lines)).toEqual([30, 0, 0]);
  });
});

describe('sessions told by StartTransaction', () => {
  it('are those of the samples that name none', () => {
    // One restart, told by StartTransaction alone, makes the register one of sessions: 1,000 and 600 Wh.
    const lines: Line[] = [
      ['08:10', 4000],
      ['08:20', 5000],
      ['09:10', 300],
      ['09:20', 900],
    ];
    const told = [session('A', '08:00', '08:30'), session('B', '09:00', null)];
    expect(energyReference(facts(readings(REGISTER, lines), told)).semantics).toMatchObject([
      { kind: 'session', restarts: 1, continuations: 0 },
    ]);
    expect(energyOf(lines, told)).toEqual([1600, 0, 0]);
    expect(energyReference(facts(readings(REGISTER, lines))).semantics).toEqual([]);
  });
});
