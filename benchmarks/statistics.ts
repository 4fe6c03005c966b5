/** What a handful of noisy rounds can honestly say: the middle and the ends, never a mean that one bad round moves. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Median and range. Throws on an empty list: a figure without a round is a bug. */
export function spread(values: readonly number[]): Spread {
  const sorted = ascending(values);
  return { median: quantileOfSorted(sorted, 0.5), min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN };
}

/** The value below which the share `q` (0 to 1) of `values` lies, interpolated between neighbours. */
export function quantile(values: readonly number[], q: number): number {
  return quantileOfSorted(ascending(values), q);
}

/**
 * Each round's product against its own floor: taken side by side, so that what slows the machine for a while slows both.
 * A ratio of medians would compare minutes that differ.
 */
export function pairedRatios(product: readonly number[], floor: readonly number[]): number[] {
  if (product.length !== floor.length) {
    throw new RangeError(`${product.length} rounds of the product against ${floor.length} of the floor`);
  }
  return product.map((value, round) => value / (floor[round] ?? NaN));
}

function ascending(values: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError('no values');
  if (values.some((value) => !Number.isFinite(value))) throw new RangeError('a value is not a finite number');
  return [...values].sort((a, b) => a - b);
}

function quantileOfSorted(sorted: readonly number[], q: number): number {
  if (!(q >= 0 && q <= 1)) throw new RangeError(`a quantile is from 0 to 1, not ${q}`);
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)] ?? NaN;
  const above = sorted[Math.ceil(position)] ?? NaN;
  return below + (above - below) * (position - Math.floor(position));
}
