/**
 * What becomes of readings that share a key (series, ts, context), whatever order they come in:
 *
 *     the first one of a key           new          stands
 *     a value seen before for the key  duplicate    not stored again
 *     another value                    conflicting  the greatest stands, the others are kept as conflicts
 *
 * "Seen" and "greatest" only depend on the set of what came, so that any order, repetition and division into batches
 * ends with the same rows and the same counts.
 */

/** What two readings of one key can differ in. */
export interface Candidate {
  readonly value: number;
  /** The transaction as the charge point names it. */
  readonly externalId: string | null;
  readonly quality: number;
}

export type Verdict = 'new' | 'duplicate' | 'conflicting';

/** What was stored of a key before. */
export interface KeyHistory<T extends Candidate> {
  readonly standing: T | null;
  readonly conflicts: readonly T[];
}

export interface ClassifiedKey<T extends Candidate> {
  /** One for each offered reading, in their order. */
  readonly verdicts: readonly Verdict[];
  /** The very object that stood before when it still stands. */
  readonly standing: T;
  /** Conflicts to be added, or to be changed where the history has one of that value. */
  readonly conflicts: readonly T[];
}

/**
 * Positive when `a` stands before `b`: a register beats a zero placeholder, then the larger value, then the greater
 * transaction by code units (none is the lowest), then the fewer quality bits. 0 only for equal ones.
 */
export function compareCandidates(a: Candidate, b: Candidate): number {
  if (a.value !== b.value) {
    if ((a.value === 0) !== (b.value === 0)) return a.value === 0 ? -1 : 1;
    return a.value < b.value ? -1 : 1;
  }
  if (a.externalId !== b.externalId) {
    if (a.externalId === null) return -1;
    if (b.externalId === null) return 1;
    return a.externalId < b.externalId ? -1 : 1;
  }
  return b.quality - a.quality;
}

/** @param offered readings of one key, at least one, in the order of arrival. */
export function classifyKey<T extends Candidate>(
  offered: readonly T[],
  history: KeyHistory<T>,
): ClassifiedKey<T> {
  // The greatest of each value seen. A Map takes 0 and -0 for one key, as PostgreSQL does.
  const greatest = new Map<number, T>();
  if (history.standing !== null) greatest.set(history.standing.value, history.standing);
  for (const conflict of history.conflicts) greatest.set(conflict.value, conflict);

  const verdicts = offered.map((reading): Verdict => {
    const isFirst = greatest.size === 0;
    const seen = greatest.get(reading.value);
    if (seen === undefined || compareCandidates(reading, seen) > 0) greatest.set(reading.value, reading);
    if (isFirst) return 'new';
    return seen === undefined ? 'conflicting' : 'duplicate';
  });

  const all = [...greatest.values()];
  const standing = all.reduce((best, each) => (compareCandidates(each, best) > 0 ? each : best));
  const conflicts = all.filter((each) => each !== standing && !history.conflicts.includes(each));
  return { verdicts, standing, conflicts };
}
