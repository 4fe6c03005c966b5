import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';

/** Any number that nothing else in this database takes: ASCII of "compacts". */
const LOCK = '7165916604736599155';

/**
 * Runs `work` while no other process compacts or drops days: on a connection more than it uses. 'busy': another one does. Rejects with
 * DATABASE_UNAVAILABLE.
 */
export async function alone<Result>(pool: Pool, work: () => Promise<Result>): Promise<Result | 'busy'> {
  const holder = await pool.connect().catch((error: unknown) => {
    throw asOutage(error);
  });
  let failed = true;
  try {
    const { rows } = await holder.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [LOCK]);
    const result = rows[0]?.got === true ? await work() : 'busy';
    if (result !== 'busy') await holder.query('select pg_advisory_unlock($1)', [LOCK]);
    failed = false;
    return result;
  } catch (error) {
    throw asOutage(error);
  } finally {
    // With the connection its lock goes.
    holder.release(failed);
  }
}
