import { describe, expect, it } from 'vitest';
import { LoopDelay } from './loop-delay.js';

function read(delay: LoopDelay, gaps: readonly number[]): number {
  for (const gap of gaps) delay.ticked(gap);
  return delay.read();
}

describe('LoopDelay', () => {
  it('is 0 while the timer comes in time, and before it ever came', () => {
    const delay = new LoopDelay(20);
    expect(delay.read()).toBe(0);
    expect(read(delay, Array<number>(12).fill(20))).toBe(0);
  });

  it('becomes the time by which turns are late when they go on to be', () => {
    const delay = new LoopDelay(20);
    const readings = Array.from({ length: 10 }, () => read(delay, [320, 320]));
    expect(readings[0]).toBeCloseTo(150);
    expect(readings.at(-1)).toBeGreaterThan(299);
    expect(readings.at(-1)).toBeLessThan(300);
  });

  it('weighs a long turn by its time, however many short ones are beside it', () => {
    expect(read(new LoopDelay(20), [900, 20, 20, 20, 20, 20])).toBeGreaterThan(380);
  });

  it('falls by half with each reading when it was one long turn alone', () => {
    const delay = new LoopDelay(20);
    const first = read(delay, [1_020]);
    expect(first).toBeCloseTo(500);
    expect(read(delay, [20, 20])).toBeCloseTo(250);
    expect(read(delay, [20, 20])).toBeCloseTo(125);
  });
});
