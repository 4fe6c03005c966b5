import { describe, expect, it } from 'vitest';
import { WalkPace } from './walk-pace.js';

const DAY = 86_400_000;

describe('the pace of a walk', () => {
  it('grows from a day of one charge point to all the time of it, then to many of them', () => {
    const pace = new WalkPace(10 * DAY);
    const steps = [];
    for (let at = 0; at < 9; at++) {
      steps.push(pace.step());
      pace.faster();
    }
    expect(steps).toEqual([
      { chargePoints: 1, ms: DAY },
      { chargePoints: 1, ms: 4 * DAY },
      { chargePoints: 1, ms: 10 * DAY },
      { chargePoints: 4, ms: 10 * DAY },
      { chargePoints: 16, ms: 10 * DAY },
      { chargePoints: 64, ms: 10 * DAY },
      { chargePoints: 256, ms: 10 * DAY },
      { chargePoints: 1_000, ms: 10 * DAY },
      { chargePoints: 1_000, ms: 10 * DAY },
    ]);
  });

  it('begins with all of the time when that is less than a day', () => {
    expect(new WalkPace(1_000).step()).toEqual({ chargePoints: 1, ms: 1_000 });
  });

  it('shrinks from what was tried: charge points first, then time, down to a millisecond', () => {
    const pace = new WalkPace(DAY);
    pace.slower({ chargePoints: 100, ms: DAY });
    expect(pace.step()).toEqual({ chargePoints: 6, ms: DAY });
    pace.slower(pace.step());
    expect(pace.step()).toEqual({ chargePoints: 1, ms: DAY });
    for (let at = 0; at < 10; at++) pace.slower(pace.step());
    expect(pace.step()).toEqual({ chargePoints: 1, ms: 1 });
  });
});
