import { describe, expect, it } from 'vitest';
import { greatestOf, sparkPath } from './sparkline-path.js';

const BOX = { fromMs: 0, toMs: 100, max: 10, width: 100, height: 20 };

describe('the line of a sparkline', () => {
  it('goes from neighbour to neighbour, the greatest on top', () => {
    const points = [
      { atMs: 0, value: 0 },
      { atMs: 50, value: 10 },
      { atMs: 100, value: 5 },
    ];
    expect(sparkPath(points, BOX, 60)).toBe('M0 20L50 0L100 10');
  });

  it('is broken where a value is unknown, and where nobody told one for long', () => {
    const points = [
      { atMs: 10, value: 5 },
      { atMs: 20, value: null },
      { atMs: 30, value: 5 },
      { atMs: 90, value: 5 },
    ];
    expect(sparkPath(points, BOX, 20)).toBe('M10 10M30 10M90 10');
  });

  it('begins where the picture begins', () => {
    expect(sparkPath([{ atMs: -5, value: 5 }], BOX, 20)).toBe('');
  });

  it('lies on the ground when all is zero', () => {
    const points = [
      { atMs: 0, value: 0 },
      { atMs: 10, value: 0 },
    ];
    expect(greatestOf(points)).toBeGreaterThan(0);
    expect(sparkPath(points, { ...BOX, max: greatestOf(points) }, 20)).toBe('M0 20L10 20');
  });
});
