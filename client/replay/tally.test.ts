import { describe, expect, it } from 'vitest';
import { progressLine } from './progress.js';
import { Tally } from './tally.js';

function tallyAt(clock: { ms: number }, lastDueMs = 0): Tally {
  return new Tally({ rows: 110, badRows: 5, skipped: 5 }, lastDueMs, null, () => clock.ms);
}

describe('the tally of a replay', () => {
  it('counts first sendings apart from later ones', () => {
    const tally = tallyAt({ ms: 0 });
    tally.sent(false);
    tally.sent(true);
    tally.sent(true);
    tally.accepted(0);
    tally.rejected(1, 'invalid_value');
    expect(tally.progress()).toMatchObject({ sent: 1, retried: 2, acknowledged: 1, rejected: 1 });
    expect([...tally.rejectReasons]).toEqual([['invalid_value', 1]]);
  });

  it('tells of each row once what became of it', () => {
    const ended: unknown[] = [];
    const sheet = { rows: 3, badRows: 0, skipped: 0 };
    const tally = new Tally(
      sheet,
      0,
      null,
      () => 0,
      (index, outcome) => ended.push([index, outcome]),
    );
    tally.accepted(0);
    tally.rejected(1, 'invalid_value', 'value is NaN');
    tally.refused(2, 'frame_too_large', 'the frame is too large');
    expect(ended).toEqual([
      [0, { kind: 'accepted' }],
      [1, { kind: 'rejected', code: 'invalid_value', reason: 'value is NaN' }],
      [2, { kind: 'refused', code: 'frame_too_large', reason: 'the frame is too large' }],
    ]);
    expect(tally.progress()).toMatchObject({ acknowledged: 1, rejected: 1, refused: 1, etaSeconds: 0 });
    expect([...tally.refuseReasons]).toEqual([['frame_too_large', 1]]);
  });

  it('tells the rate of the last seconds, and from it the time left', () => {
    const clock = { ms: 0 };
    const tally = tallyAt(clock);
    for (let row = 0; row < 50; row++) tally.accepted(row);
    clock.ms = 2_000;
    expect(tally.progress()).toMatchObject({ ratePerSecond: 25, etaSeconds: 2 });
  });

  it('forgets the rate of long ago', () => {
    const clock = { ms: 0 };
    const tally = tallyAt(clock);
    for (let row = 0; row < 50; row++) tally.accepted(row);
    for (clock.ms = 0; clock.ms <= 20_000; clock.ms += 200) tally.progress();
    expect(tally.progress()).toMatchObject({ ratePerSecond: 0, etaSeconds: null });
  });

  it('takes the time left from the pace when there is one', () => {
    const clock = { ms: 1_000 };
    const tally = tallyAt(clock, 60_000);
    clock.ms = 11_000;
    expect(tally.progress().etaSeconds).toBe(50);
  });

  it('does not collect reasons without end', () => {
    const tally = tallyAt({ ms: 0 });
    for (let row = 0; row < 1_000; row++) tally.rejected(row, `reason-${row}`);
    expect(tally.rejectReasons.size).toBeLessThanOrEqual(101);
    expect([...tally.rejectReasons.values()].reduce((sum, count) => sum + count, 0)).toBe(1_000);
  });

  it('reads as one line', () => {
    const clock = { ms: 0 };
    const tally = tallyAt(clock);
    for (let row = 0; row < 50; row++) tally.accepted(row);
    clock.ms = 2_000;
    expect(progressLine(tally.progress())).toBe(
      '55 of 105 rows, 25/s, ETA 2 s, 50 acknowledged, 0 rejected, 0 sent again',
    );
  });
});
