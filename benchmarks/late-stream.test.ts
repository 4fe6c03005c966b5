import { describe, expect, it } from 'vitest';
import { seededRandom } from '../helpers/seeded-random.js';
import { withLate } from './late-stream.js';

const items = Array.from({ length: 10_000 }, (_, index) => index);
const late = { share: 0.05, fromMs: 60_000, toMs: 7_200_000 };

describe('a stream of which a share is late', () => {
  const stream = withLate(items, 10_000_000, late, seededRandom(1));

  it('has every item once', () => {
    expect([...stream].sort((a, b) => a - b)).toEqual(items);
  });

  it('has its share behind later ones, by as much as was said', () => {
    let newest = -1;
    const behind = stream.filter((item) => {
      const isBehind = item < newest;
      newest = Math.max(newest, item);
      return isBehind;
    });
    // Those that are late beyond the end come in their order, behind all others.
    expect(behind.length).toBeGreaterThan(450);
    expect(behind.length).toBeLessThan(550);
  });

  it('is in the order of time where nothing is late', () => {
    expect(withLate(items, 10_000_000, { ...late, share: 0 }, seededRandom(1))).toEqual(items);
  });
});
