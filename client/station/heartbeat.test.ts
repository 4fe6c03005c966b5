import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../tests/harness/manual-clock.js';
import { Heartbeat } from './heartbeat.js';

function setUp() {
  const clock = new ManualClock();
  const beats: number[] = [];
  const heartbeat = new Heartbeat(clock, () => beats.push(clock.at));
  return { clock, beats, heartbeat };
}

describe('heartbeats', () => {
  it('come once an interval', () => {
    const { clock, beats, heartbeat } = setUp();
    heartbeat.interval(10);
    heartbeat.start();
    clock.pass(30_000);
    expect(beats).toEqual([10_000, 20_000, 30_000]);
  });

  it('are put off by any other message', () => {
    const { clock, beats, heartbeat } = setUp();
    heartbeat.interval(10);
    heartbeat.start();
    clock.pass(9_000);
    heartbeat.sent();
    clock.pass(9_999);
    expect(beats).toEqual([]);
    clock.pass(1);
    expect(beats).toEqual([19_000]);
  });

  it('do not come before the server gave an interval, nor while there is no connection', () => {
    const { clock, beats, heartbeat } = setUp();
    heartbeat.start();
    clock.pass(86_400_000);
    heartbeat.interval(10);
    heartbeat.stop();
    clock.pass(86_400_000);
    expect(beats).toEqual([]);
  });

  it('take a new interval at once', () => {
    const { clock, beats, heartbeat } = setUp();
    heartbeat.interval(3_600);
    heartbeat.start();
    clock.pass(1_000);
    heartbeat.interval(5);
    clock.pass(5_000);
    expect(beats).toEqual([6_000]);
  });

  it.each([
    [0, 300_000],
    [-5, 300_000],
    [NaN, 300_000],
    [1e12, 86_400_000],
    [60, 60_000],
  ])('of an interval of %d s come every %d ms', (seconds, ms) => {
    const { heartbeat } = setUp();
    heartbeat.interval(seconds);
    expect(heartbeat.intervalMs).toBe(ms);
  });
});
