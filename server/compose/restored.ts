import { checkSchema } from '../../store/check-schema.js';
import { beginHistory } from '../../store/database-history.js';
import { createPool } from '../../store/pool.js';
import { asOutage } from '../../store/postgres-error.js';
import { createRoleContext } from './role-context.js';
import { locateServices } from './services.js';

/** The `restored` command; gives the id of the new history. Rejects with DATABASE_REQUIRED, DATABASE_UNAVAILABLE or DATABASE_NOT_MIGRATED. */
export async function runRestored(): Promise<string> {
  const { config } = createRoleContext('restored');
  const { databaseUrl } = await locateServices(config);
  const pool = createPool({ url: databaseUrl, max: 1, applicationName: 'meterpulse-restored' });
  try {
    await checkSchema(pool);
    return await beginHistory(pool, 'told by meterpulse restored');
  } catch (error) {
    throw asOutage(error);
  } finally {
    await pool.end();
  }
}
