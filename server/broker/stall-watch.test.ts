import { beforeEach, describe, expect, it } from 'vitest';
import { StallWatch } from './stall-watch.js';

describe('the stall watch', () => {
  let now: number;
  let watch: StallWatch;
  let partition: { expected: number | null; highWatermark: number; busy: boolean };
  beforeEach(() => {
    now = 5_000;
    watch = new StallWatch({ stallMs: 1_000, now: () => now });
    partition = { expected: 10, highWatermark: 15, busy: false };
  });

  /** Looks every 100 ms; after how many ms it told of a stall. */
  function stalledAfter(ms: number, beforeEachLook: (elapsed: number) => void = () => undefined) {
    for (let elapsed = 0; elapsed <= ms; elapsed += 100, now += 100) {
      beforeEachLook(elapsed);
      if (watch.look(partition)) return elapsed;
    }
    return undefined;
  }

  it('tells of a partition with lag that stands still for the whole time, and goes on telling', () => {
    expect(stalledAfter(5_000)).toBe(1_000);
    expect(watch.look(partition)).toBe(true);
  });

  it('is silent without lag, however long', () => {
    partition.highWatermark = 10;
    expect(stalledAfter(10_000)).toBeUndefined();
  });

  it('is silent while the worker has a batch in hand, and counts from then on', () => {
    expect(stalledAfter(10_000, (elapsed) => (partition.busy = elapsed < 3_000))).toBe(4_000);
  });

  it('is silent before the claim, and counts from then on', () => {
    expect(stalledAfter(10_000, (elapsed) => (partition.expected = elapsed < 3_000 ? null : 10))).toBe(4_000);
  });

  it('is silent while the partition moves, be the lag ever so large', () => {
    partition.highWatermark = 1_000_000;
    expect(
      stalledAfter(10_000, (elapsed) => (partition.expected = Math.floor(elapsed / 900))),
    ).toBeUndefined();
  });

  it('is silent about lag that comes and goes', () => {
    expect(
      stalledAfter(10_000, (elapsed) => (partition.highWatermark = elapsed % 900 === 0 ? 10 : 15)),
    ).toBeUndefined();
  });

  it('takes no outage during which nobody could look for a stall', () => {
    expect(watch.look(partition)).toBe(false);
    now += 3_600_000;
    expect(stalledAfter(10_000)).toBe(800);
  });

  it('tells of a position beyond the log as well', () => {
    partition.highWatermark = 3;
    expect(stalledAfter(5_000)).toBe(1_000);
  });

  it('begins anew with each assignment', () => {
    expect(stalledAfter(900)).toBeUndefined();
    partition = { ...partition };
    expect(stalledAfter(5_000)).toBe(1_000);
  });
});
