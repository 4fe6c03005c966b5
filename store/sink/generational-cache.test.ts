import { describe, expect, it } from 'vitest';
import { GenerationalCache } from './generational-cache.js';

describe('GenerationalCache', () => {
  it('never holds more than its size, and keeps what is used', () => {
    const cache = new GenerationalCache<number, number>(10);
    cache.set(-1, -1);
    for (let key = 0; key < 1_000; key++) {
      cache.set(key, key);
      expect(cache.count).toBeLessThanOrEqual(10);
      expect(cache.get(-1)).toBe(-1);
    }
    expect(cache.get(999)).toBe(999);
    expect(cache.get(5)).toBeUndefined();
  });
});
