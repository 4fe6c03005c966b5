/** How much larger one sample is than another, as a factor, with what could be as well. */
export interface Shift {
  /** 1.1: by a tenth. */
  readonly estimate: number;
  /** The interval that holds the true factor with {@link CONFIDENCE}; null: so few rounds say nothing, however they fall. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

export const CONFIDENCE = 0.95;

/**
 * The shift between two independent samples of a few rounds, without supposing how they are distributed: the estimator of
 * Hodges and Lehmann, the median of all differences of an `after` and a `before`, with the interval of Moses that the exact
 * distribution of Mann and Whitney's U gives (M. Hollander, D. A. Wolfe, E. Chicken, Nonparametric Statistical Methods, 3rd
 * ed., 2014, sections 4.2 and 4.3). Taken on logarithms, so that a difference is a factor. Ties make the interval wider, never
 * narrower.
 *
 * 1 outside of the interval is the two-sided test at 5%: of twenty figures that did not move one seems to. The rounds of a
 * run are taken for independent: what differs between two runs as wholes (the placement of files, other tenants) is no
 * noise to it, so a shift that matters is measured again before it is believed.
 *
 * Throws on an empty sample; null where a round is zero or negative, which no factor tells.
 */
export function shiftBetween(before: readonly number[], after: readonly number[]): Shift | null {
  if (before.length === 0 || after.length === 0) throw new RangeError('no rounds');
  if ([...before, ...after].some((value) => !(value > 0))) return null;
  const differences = after
    .flatMap((a) => before.map((b) => Math.log(a) - Math.log(b)))
    .sort((a, b) => a - b);
  const at = (index: number): number => Math.exp(differences[index] ?? NaN);
  const middle = (differences.length - 1) / 2;
  const estimate = Math.sqrt(at(Math.floor(middle)) * at(Math.ceil(middle)));
  const cut = largestInTail(before.length, after.length, (1 - CONFIDENCE) / 2);
  return {
    estimate,
    interval: cut === null ? null : { low: at(cut), high: at(differences.length - 1 - cut) },
  };
}

/** The largest u with P(U <= u) <= `share`; null where even U = 0 is likelier. */
function largestInTail(m: number, n: number, share: number): number | null {
  const counts = waysOfU(m, n);
  const all = counts.reduce((sum, each) => sum + each, 0n);
  let below = 0n;
  let largest: number | null = null;
  for (const [u, ways] of counts.entries()) {
    below += ways;
    if (below * 1_000_000n > all * BigInt(Math.round(share * 1_000_000))) return largest;
    largest = u;
  }
  return largest;
}

/** In how many orders of m and n rounds U is 0, 1, .. mn: the coefficients of the Gaussian binomial (m+n over m). */
export function waysOfU(m: number, n: number): bigint[] {
  const ways = [1n, ...Array.from({ length: m * n }, () => 0n)];
  for (let i = 1; i <= m; i++) {
    for (let u = ways.length - 1; u >= n + i; u--) ways[u] = (ways[u] ?? 0n) - (ways[u - n - i] ?? 0n);
    for (let u = i; u < ways.length; u++) ways[u] = (ways[u] ?? 0n) + (ways[u - i] ?? 0n);
  }
  return ways;
}
