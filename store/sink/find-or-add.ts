/**
 * Ids of dictionary entries by their place in `wanted`. Adds what is missing in the order given (sorted, so that two
 * processes that add the same don't deadlock), each statement committed by itself: a flush that is rolled back later
 * leaves nothing in a cache that isn't in the database.
 */
export async function findOrAdd<T>(
  wanted: readonly T[],
  find: (wanted: readonly T[]) => Promise<readonly Found[]>,
  add: (missing: readonly T[]) => Promise<unknown>,
): Promise<(number | undefined)[]> {
  const ids = new Array<number | undefined>(wanted.length).fill(undefined);
  const place = (found: readonly Found[], indexes: readonly number[]): void => {
    for (const { index, id } of found) {
      const at = indexes[index - 1];
      if (at !== undefined) ids[at] = id;
    }
  };
  const all = wanted.map((_, index) => index);
  place(await find(wanted), all);
  const missing = all.filter((index) => ids[index] === undefined);
  if (missing.length === 0) return ids;
  const entries = missing.flatMap((index) => wanted.slice(index, index + 1));
  await add(entries);
  place(await find(entries), missing);
  return ids;
}

export interface Found {
  /** Place in what was wanted, from 1: SQL's ordinality. */
  readonly index: number;
  readonly id: number;
}
