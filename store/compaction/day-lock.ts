import type { PoolClient } from '../pool.js';
import type { Day } from '../partitions.js';

/** First key of the advisory locks of days; any number that nothing else in this database takes: ASCII of "days". */
const LOCKS = 1_684_109_683;

/** SQL: statements that hold these days as they are until the transaction ends: rows stay rows. Several may. Waits for who compacts. */
export const holdDays = (days: readonly Day[]): string =>
  `select pg_advisory_xact_lock_shared(${LOCKS}, d) from unnest('{${days.join()}}'::integer[]) as d`;

/** Whether the day is one's own until the transaction ends. Never waits, so that nobody who writes has to queue behind. */
export async function tryLockDay(client: PoolClient, day: Day): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_xact_lock($1, $2) as got', [
    LOCKS,
    day,
  ]);
  return rows[0]?.got ?? false;
}
