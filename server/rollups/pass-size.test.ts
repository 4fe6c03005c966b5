import { describe, expect, it } from 'vitest';
import { PassSize } from './pass-size.js';

describe('PassSize', () => {
  it('doubles while much is left and passes are small, up to a bound', () => {
    const size = new PassSize();
    const before = size.buckets;
    size.learn({ readings: 10, later: 1 });
    expect(size.buckets).toBe(2 * before);
    for (let pass = 0; pass < 30; pass++) size.learn({ readings: 10, later: 1 });
    expect(size.buckets).toBe(1_000_000);
  });

  it('halves after a pass that looked at too many readings, down to a bound', () => {
    const size = new PassSize();
    const before = size.buckets;
    size.learn({ readings: 100_001, later: 0 });
    expect(size.buckets).toBe(before / 2);
    for (let pass = 0; pass < 30; pass++) size.learn({ readings: 100_001, later: 5 });
    expect(size.buckets).toBe(100);
  });

  it('stays as it is when all that was marked was computed', () => {
    const size = new PassSize();
    const before = size.buckets;
    size.learn({ readings: 10, later: 0 });
    expect(size.buckets).toBe(before);
  });
});

describe('shards of a pass', () => {
  it('are one at first, and more and more while passes have little to do', () => {
    const size = new PassSize();
    expect(size.shards).toBe(1);
    size.learn({ readings: 10, later: 0 });
    expect(size.shards).toBe(2);
    for (let pass = 0; pass < 10; pass++) size.learn({ readings: 10, later: 0 });
    expect(size.shards).toBe(16);
  });

  it('are fewer when a pass had much to do, or something was left', () => {
    const size = new PassSize();
    for (let pass = 0; pass < 10; pass++) size.learn({ readings: 10, later: 0 });
    size.learn({ readings: 50_000, later: 0 });
    expect(size.shards).toBe(8);
    size.learn({ readings: 10, later: 3 });
    expect(size.shards).toBe(4);
  });
});
