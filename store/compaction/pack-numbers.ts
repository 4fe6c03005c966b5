/**
 * Whole numbers as what is left of them when a straight line is taken away: the n-th one is `base + n * step + offsets[n] * unit`.
 * Readings come at a cadence, and what counts grows, so that little is left; how little decides the width of an element.
 */
export interface PackedNumbers {
  readonly base: number;
  readonly step: number;
  readonly unit: number;
  /** null: all are 0. */
  readonly offsets: readonly number[] | null;
}

/** Beyond it not every whole number is a double. */
const EXACT = 2 ** 53;

/** null: some of them, or what is between two of them, is no whole number that a double holds exactly. @param numbers at least one. */
export function packNumbers(numbers: ArrayLike<number>): PackedNumbers | null {
  const count = numbers.length;
  const base = numbers[0] ?? 0;
  let unit = 0;
  for (let index = 0; index < count; index++) {
    const number = numbers[index] ?? NaN;
    const difference = number - base;
    // NaN and infinities are none of them either.
    if (!(Math.abs(number) < EXACT && Math.abs(difference) < EXACT)) return null;
    if (!Number.isInteger(number)) return null;
    if (unit !== 1) unit = greatestDivisor(Math.abs(difference), unit);
  }
  if (unit === 0) return { base, step: 0, unit: 1, offsets: null };
  const step = Math.round(((numbers[count - 1] ?? 0) - base) / (count - 1) / unit) * unit;
  let isStraight = true;
  const offsets = new Array<number>(count);
  for (let index = 0; index < count; index++) {
    const offset = ((numbers[index] ?? 0) - base - index * step) / unit;
    offsets[index] = offset;
    isStraight &&= offset === 0;
  }
  return { base, step, unit, offsets: isStraight ? null : offsets };
}

function greatestDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
