import { MeterpulseError } from '../helpers/meterpulse-error.js';
import type { Pool } from './pool.js';
import { asOutage } from './postgres-error.js';

/**
 * Makes the partitions 0 to `partitions` - 1; those that exist stay, also when they are more. Adding some moves keys to
 * other partitions.
 */
export async function ensureInbox(pool: Pool, options: { readonly partitions: number }): Promise<void> {
  try {
    await pool.query(
      `with made as (
         insert into inbox_partitions (partition)
         select generate_series(0, $1::integer - 1)
         on conflict (partition) do nothing
         returning partition
       )
       insert into inbox_leases (partition) select partition from made`,
      [options.partitions],
    );
  } catch (error) {
    throw asOutage(error);
  }
}

/** Rejects with DATABASE_NOT_MIGRATED when there are none. */
export async function countInboxPartitions(pool: Pool): Promise<number> {
  try {
    const { rows } = await pool.query<{ partitions: number }>(
      'select count(*)::integer as partitions from inbox_partitions',
    );
    const partitions = rows[0]?.partitions ?? 0;
    if (partitions === 0) throw new MeterpulseError('DATABASE_NOT_MIGRATED', 'the inbox has no partitions');
    return partitions;
  } catch (error) {
    throw asOutage(error);
  }
}

/** A UUID made with the inbox. */
export async function inboxIdentity(pool: Pool): Promise<string> {
  try {
    const { rows } = await pool.query<{ id: string }>('select id from inbox_identity');
    const [row] = rows;
    if (row === undefined) throw new MeterpulseError('DATABASE_NOT_MIGRATED', 'the inbox has no identity');
    return row.id;
  } catch (error) {
    throw asOutage(error);
  }
}
