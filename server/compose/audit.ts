import { readAudit, type AuditFilter, type AuditRow } from '../../store/audit/read-audit.js';
import { checkSchema } from '../../store/check-schema.js';
import { createPool } from '../../store/pool.js';
import { createRoleContext } from './role-context.js';
import { locateServices } from './services.js';

/**
 * The `audit` command: entries from the newest on, page by page. Rejects with DATABASE_REQUIRED, DATABASE_UNAVAILABLE or
 * DATABASE_NOT_MIGRATED.
 */
export async function* runAudit(
  filter: AuditFilter,
  limit: number,
): AsyncGenerator<readonly AuditRow[], void, undefined> {
  const { config } = createRoleContext('audit');
  const { databaseUrl } = await locateServices(config);
  const pool = createPool({ url: databaseUrl, max: 1, applicationName: 'meterpulse-audit' });
  try {
    await checkSchema(pool);
    yield* readAudit(pool, filter, limit);
  } finally {
    await pool.end();
  }
}
