import type { Pool } from './pool.js';
import { asOutage } from './postgres-error.js';

export interface TrimOptions {
  /** Name under which the positions of the inbox are stored. */
  readonly topic: string;
  readonly partition: number;
  readonly olderThanMs: number;
  /** Records removed in one transaction at most. */
  readonly limit: number;
}

/**
 * Removes the oldest records of a partition that are stored and older than the retention. Resolves with their number:
 * when it is `limit`, there may be more. What isn't stored stays, however old.
 */
export async function trimInbox(pool: Pool, options: TrimOptions): Promise<number> {
  try {
    const { rows } = await pool.query<{ removed: number }>(
      `with oldest as materialized (
         select position, bool_and(received_at < now() - make_interval(secs => $3::double precision / 1000))
           over (order by position) as expired
         from (
           select position, received_at from inbox
           where partition = $2 and position < (
             select next_offset from consumer_positions where topic = $1 and partition = $2
           )
           order by position limit $4
         ) stored
       ), removed as (
         delete from inbox using oldest
         where inbox.partition = $2 and inbox.position = oldest.position and oldest.expired
         returning inbox.position
       ), moved as (
         update inbox_partitions set first_position = greatest(first_position, newest.position + 1)
         from (select max(position) as position from removed) newest
         where partition = $2 and newest.position is not null
       )
       select count(*)::integer as removed from removed`,
      [options.topic, options.partition, options.olderThanMs, options.limit],
    );
    return rows[0]?.removed ?? 0;
  } catch (error) {
    throw asOutage(error);
  }
}
