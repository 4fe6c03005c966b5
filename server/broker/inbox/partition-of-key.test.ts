import { describe, expect, it } from 'vitest';
import { partitionOfKey } from './partition-of-key.js';

describe('the partition of a key', () => {
  it('is what it was in earlier versions', () => {
    expect(['', 'CP-1', 'CP-2', 'Säule 3'].map((key) => partitionOfKey(key, 1_000_000)))
      .toMatchInlineSnapshot(`
      [
        136261,
        301120,
        633977,
        411758,
      ]
    `);
  });

  it('spreads charge points evenly', () => {
    const counts = new Array<number>(8).fill(0);
    for (let index = 0; index < 8_000; index++) {
      const partition = partitionOfKey(`CP-${index}`, 8);
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(Math.max(...counts)).toBeLessThan(1_200);
  });
});
