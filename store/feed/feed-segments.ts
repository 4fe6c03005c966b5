import type { PoolClient } from '../pool.js';

/** Of the ring; the migration makes as many. */
export const FEED_SEGMENTS = 8;

export interface FeedSegment {
  readonly segment: number;
  readonly isCurrent: boolean;
  /** Of its first row, or of the next one to come. */
  readonly firstPosition: number;
  /** How long ago it became the one that is written, by the clock of the database. */
  readonly ageMs: number;
  /** On disk, indexes included. */
  readonly bytes: number;
}

/** Segments that are in use, the oldest first: the last one is written. */
export async function readSegments(database: Pick<PoolClient, 'query'>): Promise<FeedSegment[]> {
  const { rows } = await database.query<FeedSegment>(
    `select segment, is_current as "isCurrent", first_position as "firstPosition",
       extract(epoch from clock_timestamp() - began_at)::float8 * 1000 as "ageMs",
       pg_total_relation_size(format('feed_%s', segment)::regclass) as bytes
     from feed_segments where first_position is not null
     order by first_position, is_current`,
  );
  return rows;
}
