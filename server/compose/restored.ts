import { audited } from '../../store/audit/audited.js';
import { checkSchema } from '../../store/check-schema.js';
import { beginHistory } from '../../store/database-history.js';
import { createPool } from '../../store/pool.js';
import { asOutage } from '../../store/postgres-error.js';
import { operatorOrigin } from './audit-part.js';
import { createRoleContext } from './role-context.js';
import { locateServices } from './services.js';

/** The `restored` command; gives the id of the new history. Rejects with DATABASE_REQUIRED, DATABASE_UNAVAILABLE or DATABASE_NOT_MIGRATED. */
export async function runRestored(): Promise<string> {
  const { config } = createRoleContext('restored');
  const { databaseUrl } = await locateServices(config);
  const pool = createPool({ url: databaseUrl, max: 1, applicationName: 'meterpulse-restored' });
  try {
    await checkSchema(pool);
    return await audited(pool, operatorOrigin(), async (statements) => {
      const history = await beginHistory(statements, 'told by meterpulse restored');
      const detail = { history };
      const event = { action: 'database.restored', outcome: 'done', subject: null, detail } as const;
      return { result: history, events: [event] };
    });
  } catch (error) {
    throw asOutage(error);
  } finally {
    await pool.end();
  }
}
