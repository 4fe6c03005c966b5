import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';

export interface FeedFigures {
  /** Of the newest row; 0 before the first. */
  readonly head: number;
  /** Of the oldest row that is kept; 0 when there is none. */
  readonly oldestAgeSeconds: number;
  /** On disk, indexes included. */
  readonly bytes: number;
}

const SQL = `
  select feed_head() as head,
    coalesce((select greatest(extract(epoch from clock_timestamp() - committed_at), 0) from feed
      order by position limit 1), 0)::float8 as "oldestAgeSeconds",
    (select sum(pg_total_relation_size(format('feed_%s', segment)::regclass)) from feed_segments)::bigint as bytes`;

/** Rejects with DATABASE_UNAVAILABLE. */
export async function readFeedFigures(pool: Pool): Promise<FeedFigures> {
  try {
    const { rows } = await pool.query<FeedFigures>(SQL);
    const [figures] = rows;
    if (figures === undefined) throw new Error('a statement without a table gives one row');
    return figures;
  } catch (error) {
    throw asOutage(error);
  }
}
