import { describe, expect, it } from 'vitest';
import { FailedShards } from './failed-shards.js';

describe('FailedShards', () => {
  it('lets a shard that failed rest, twice as long each time, up to half a minute, and no other', () => {
    let now = 0;
    const failed = new FailedShards(() => now);
    expect(failed.mayTry(3)).toBe(true);
    const waits = Array.from({ length: 7 }, () => {
      const wait = failed.failed(3);
      now += wait - 1;
      expect([failed.mayTry(3), failed.mayTry(4)]).toEqual([false, true]);
      now += 1;
      expect(failed.mayTry(3)).toBe(true);
      return wait;
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('forgets failures once it succeeds', () => {
    const failed = new FailedShards(() => 0);
    failed.failed(3);
    failed.failed(3);
    failed.succeeded(3);
    expect(failed.mayTry(3)).toBe(true);
    expect(failed.failed(3)).toBe(1_000);
  });
});
