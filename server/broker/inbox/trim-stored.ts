import { trimInbox } from '../../../store/inbox-trim.js';
import type { Pool } from '../../../store/pool.js';

/** One statement removes at most this many, so that none holds its locks for long. */
const ROWS_AT_ONCE = 5_000;

export interface StoredRecords {
  readonly topic: string;
  readonly partition: number;
  readonly olderThanMs: number;
}

/** Removes the records of a partition that are stored and old enough. Resolves with their number. */
export async function trimStored(pool: Pool, stored: StoredRecords): Promise<number> {
  for (let all = 0; ;) {
    const removed = await trimInbox(pool, { ...stored, limit: ROWS_AT_ONCE });
    all += removed;
    if (removed < ROWS_AT_ONCE) return all;
  }
}
