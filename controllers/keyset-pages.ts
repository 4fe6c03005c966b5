export interface KeysetWalk<Row, Key> {
  /** Rows after a position, at most `limit` of them. */
  read(after: Key | undefined, limit: number): Promise<readonly Row[]>;
  keyOf(row: Row): Key;
  /** Where to begin; undefined: at the beginning. */
  readonly after: Key | undefined;
  /** Rows in all; undefined: to the end. */
  readonly limit: number | undefined;
  /** Rows of a page: what is held in memory at once. */
  readonly pageRows: number;
}

/** Reads a list to its end, page by page, each beginning where the one before ended. */
export async function* keysetPages<Row, Key>(walk: KeysetWalk<Row, Key>): AsyncGenerator<readonly Row[]> {
  let { after } = walk;
  let left = walk.limit ?? Infinity;
  while (left > 0) {
    const size = Math.min(left, walk.pageRows);
    const rows = await walk.read(after, size);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    if (rows.length < size) return;
    after = walk.keyOf(last);
    left -= rows.length;
  }
}
