import type { Slope } from '../theil-sen.js';

/** MB an hour: in a month such a process would have grown by less than 1 GB. */
export const FLAT = 1;

/** Whether it may as well not have grown at all, or grew by so little that it doesn't matter. */
export function isFlat({ low, high }: Slope): boolean {
  return low <= 0 || high <= FLAT;
}

/** The same as a cell of a table, with what it is judged by. */
export function flatness(slope: Slope): string {
  const { perUnit, low, high } = slope;
  const told = `${perUnit.toFixed(2)} [${low.toFixed(2)}..${high.toFixed(2)}]`;
  if (low <= 0) return `${told} flat: may be 0`;
  if (isFlat(slope)) return `${told} flat: at most ${FLAT}`;
  return `${told} ${low > FLAT ? 'grows' : 'not told'}`;
}
