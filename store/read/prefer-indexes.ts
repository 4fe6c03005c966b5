import type { Query } from './read-database.js';

/**
 * For the rest of a read: walk the index that has the order of the page. A table that was never analysed looks tiny to the
 * planner, which would then rather scan and sort all of it.
 */
export async function preferIndexes(query: Query): Promise<void> {
  await query('set local enable_seqscan = off; set local enable_bitmapscan = off');
}
