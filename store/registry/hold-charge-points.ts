import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';

/** Adds those that aren't in the registry as held: somebody is to let them in, or not. Rejects with DATABASE_UNAVAILABLE. */
export async function holdChargePoints(pool: Pool, ids: readonly string[]): Promise<void> {
  try {
    await pool.query('select hold_charge_points($1)', [ids]);
  } catch (error) {
    throw asOutage(error);
  }
}
