import type { Query } from '../read/read-database.js';

/**
 * The position of the newest row; 0 before the first. In a snapshot: exactly the changes up to it are seen. Touches only the
 * segment that is written, so that a long read that began with it doesn't keep the oldest from being emptied.
 */
export async function readFeedHead(query: Query): Promise<number> {
  const [row] = await query<{ head: number }>('select feed_head() as head');
  if (row === undefined) throw new Error('a statement without a table gives one row');
  return row.head;
}
