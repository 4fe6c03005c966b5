import type { Pool } from './pool.js';
import { asOutage } from './postgres-error.js';

/** For readiness: resolves when the database answers, else rejects with DATABASE_UNAVAILABLE. */
export async function pingDatabase(pool: Pool): Promise<void> {
  try {
    await pool.query('select 1');
  } catch (error) {
    throw asOutage(error);
  }
}
