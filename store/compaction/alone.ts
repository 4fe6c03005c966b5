import { holdingLock } from '../holding-lock.js';
import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';

/** Any number that nothing else in this database takes: ASCII of "compacts". */
const LOCK = '7165916604736599155';

/**
 * Runs `work` while no other process compacts or drops days: on a connection more than it uses. 'busy': another one does. Rejects with
 * DATABASE_UNAVAILABLE.
 */
export async function alone<Result>(pool: Pool, work: () => Promise<Result>): Promise<Result | 'busy'> {
  try {
    return await holdingLock(pool, LOCK, 'try', work);
  } catch (error) {
    throw asOutage(error);
  }
}
