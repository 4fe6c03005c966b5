import { Quality } from './reading.js';

/** `ASSUMED_UTC` becomes `assumedUtc`. */
const NAMES = Object.entries(Quality).map(
  ([flag, bit]) =>
    [flag.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), bit] as const,
);

/** The same array for the same bits: readings are many, and their qualities few. */
const known = new Map<number, readonly string[]>();

/** The names of the bits that are set, bits without a name left out; [] for a reading that nothing is to be said about. */
export function qualityNames(bits: number): readonly string[] {
  const names =
    known.get(bits) ?? Object.freeze(NAMES.filter(([, bit]) => (bits & bit) !== 0).map(([name]) => name));
  known.set(bits, names);
  return names;
}
