import type { Statements } from './audit/audited.js';
import type { Pool } from './pool.js';
import { asOutage } from './postgres-error.js';

/** One partition of the log as it is stored. */
export interface StoredPartition {
  readonly partition: number;
  readonly nextOffset: number | null;
  readonly ownerEpoch: number;
}

/** For `meterpulse topic describe`. */
export async function readPositions(pool: Pool, topic: string): Promise<StoredPartition[]> {
  return outageAware(async () => {
    const { rows } = await pool.query<StoredPartition>(
      `select partition, next_offset as "nextOffset", owner_epoch as "ownerEpoch"
       from consumer_positions where topic = $1 order by partition`,
      [topic],
    );
    return rows;
  });
}

/**
 * Lets the topic be read again from `offset` (default: its oldest record), without counting anything twice: records below
 * what was counted stay counted. Running workers lose their partitions and claim them anew, so they may keep running.
 * Never moves a position forward: records would be skipped.
 *
 * @returns how many partitions were moved back.
 */
export async function replayPositions(
  statements: Statements,
  topic: string,
  options: { readonly partition?: number; readonly offset?: number } = {},
): Promise<number> {
  return outageAware(async () => {
    const { rowCount } = await statements.query(
      `update consumer_positions set next_offset = $3, owner_epoch = owner_epoch + 1, updated_at = now()
       where topic = $1 and ($2::integer is null or partition = $2)
         and next_offset is not null and ($3::bigint is null or next_offset > $3)`,
      [topic, options.partition ?? null, options.offset ?? null],
    );
    return rowCount ?? 0;
  });
}

/**
 * For a topic that was made anew or moved to another cluster: forgets where it was read to and which log it belonged to.
 * What was counted stays counted; the new log's records are counted from its first one on. Stop the workers first.
 */
export async function resetPositions(statements: Statements, topic: string): Promise<void> {
  await outageAware(() =>
    statements.query(
      `with unbound as (delete from logs where topic = $1)
       update consumer_positions
       set next_offset = null, counted_offset = 0, owner_epoch = owner_epoch + 1, updated_at = now()
       where topic = $1`,
      [topic],
    ),
  );
}

async function outageAware<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw asOutage(error);
  }
}
