import { checkSchema } from '../../store/check-schema.js';
import { createPool } from '../../store/pool.js';
import { createMessageLog } from './message-log.js';
import type { RoleContext } from './role-context.js';
import type { Services } from './services.js';

/** What every role needs before it starts: the schema of this version, and a log with its topic. */
export interface MigrationCheck {
  /** Rejects as {@link checkSchema}, or with LOG_UNAVAILABLE or LOG_TOPIC_MISSING. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export async function createMigrationCheck(
  context: RoleContext,
  { databaseUrl, kafkaBrokers }: Services,
): Promise<MigrationCheck> {
  const pool = createPool({ url: databaseUrl, max: 2, applicationName: 'meterpulse-migrate' });
  const log = await createMessageLog(context, kafkaBrokers, () => pool);
  return {
    check: async () => {
      await checkSchema(pool);
      await log.ping();
    },
    close: async () => {
      await log.close();
      await pool.end();
    },
  };
}
