import type { Query } from './read-database.js';

/**
 * For the rest of a read: walk the index that has the order of the page. A table that was never analysed looks tiny to the
 * planner, which would then rather scan and sort all of it.
 *
 * @param others ways of the planner that it should not go either.
 */
export async function preferIndexes(query: Query, others: readonly string[] = []): Promise<void> {
  await query(['seqscan', 'bitmapscan', ...others].map((way) => `set local enable_${way} = off`).join('; '));
}
