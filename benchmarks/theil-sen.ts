import { quantile } from './statistics.js';

export interface Slope {
  readonly perUnit: number;
  /** Of the slope, with the confidence of about 95%. */
  readonly low: number;
  readonly high: number;
}

/** Of the normal distribution, two-sided 95%. */
const Z = 1.96;

/**
 * The median of the slopes of all pairs of points (Theil), which a quarter of wild ones doesn't move, and its interval from how many pairs
 * would rise and fall by chance (Sen). Points that follow one another are alike: the interval is narrower than it should be.
 *
 * @param points [x, y], x not all the same.
 * @throws RangeError with fewer than three points.
 */
export function theilSen(points: readonly (readonly [x: number, y: number])[]): Slope {
  const n = points.length;
  if (n < 3) throw new RangeError(`a slope of ${n} points`);
  const slopes: number[] = [];
  points.forEach(([x1, y1], index) => {
    for (const [x2, y2] of points.slice(index + 1)) if (x1 !== x2) slopes.push((y2 - y1) / (x2 - x1));
  });
  slopes.sort((a, b) => a - b);
  const spread = Z * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const at = (position: number): number =>
    slopes[Math.max(0, Math.min(slopes.length - 1, Math.round(position)))] ?? NaN;
  return {
    perUnit: quantile(slopes, 0.5),
    low: at((slopes.length - spread) / 2 - 1),
    high: at((slopes.length + spread) / 2),
  };
}
