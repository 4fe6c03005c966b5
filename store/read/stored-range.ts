import type { Query } from './read-database.js';

export interface StoredRange {
  /** Times of the oldest and the newest reading ever counted, of any series; null before the first. */
  readonly first: Date | null;
  readonly last: Date | null;
}

const SQL = `select min(first_ts) as first, max(last_ts) as last from consumer_positions`;

export async function readStoredRange(query: Query): Promise<StoredRange> {
  const [range] = await query<StoredRange>(SQL);
  if (range === undefined) throw new Error('an aggregate without groups gives one row');
  return range;
}
