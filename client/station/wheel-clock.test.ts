import { describe, expect, it } from 'vitest';
import { WheelClock } from './wheel-clock.js';

function setUp() {
  const time = { at: 0 };
  const wheel = new WheelClock(10, { now: () => time.at, elapsed: () => time.at });
  const pass = (ms: number): void => {
    time.at += ms;
    wheel.turn();
  };
  return { wheel, time, pass };
}

describe('the clock of a fleet', () => {
  it('ends a wait at most a tick late, and never early', () => {
    for (const ms of [0, 1, 9, 10, 11, 500, 10_240, 25_000]) {
      const { wheel, time, pass } = setUp();
      let endedAt = -1;
      wheel.after(ms, () => (endedAt = time.at));
      while (endedAt < 0 && time.at < 40_000) pass(1);
      expect(endedAt).toBeGreaterThanOrEqual(ms);
      expect(endedAt).toBeLessThanOrEqual(Math.max(ms, 1) + 10);
    }
  });

  it('ends no wait that was cancelled, also by one that ended in the same tick', () => {
    const { wheel, pass } = setUp();
    const ended: string[] = [];
    wheel.after(20, () => ended.push('cancelled'))();
    let cancel = (): void => undefined;
    wheel.after(30, () => {
      ended.push('first');
      cancel();
    });
    cancel = wheel.after(30, () => ended.push('second'));
    pass(100);
    expect(ended).toEqual(['first']);
  });

  it('ends all that became due while nobody turned it, once', () => {
    const { wheel, pass } = setUp();
    const ended: number[] = [];
    for (const ms of [15, 5_000, 30_000]) wheel.after(ms, () => ended.push(ms));
    pass(60_000);
    pass(60_000);
    expect(ended).toEqual([15, 5_000, 30_000]);
  });

  it('takes new waits from one that ends', () => {
    const { wheel, time, pass } = setUp();
    const at: number[] = [];
    const again = (): void => {
      at.push(time.at);
      if (at.length < 4) wheel.after(10, again);
    };
    wheel.after(10, again);
    for (let turn = 0; turn < 8; turn++) pass(10);
    expect(at).toHaveLength(4);
  });
});
