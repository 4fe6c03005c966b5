import { auditEvent } from '../../store/audit/audited.js';
import { dropAuditMonths, ensureAuditMonths } from '../../store/audit/audit-months.js';
import { ensurePartitionsAhead } from '../../store/partitions.js';
import { ensureInbox } from '../../store/inbox-setup.js';
import { migrate, type MigrateOptions } from '../../store/migrate.js';
import type { LoginPasswords } from '../../store/roles/ensure-logins.js';
import { grantRoles } from '../../store/roles/grant-roles.js';
import { createPool, type Pool } from '../../store/pool.js';
import { messageOf } from '../../store/postgres-error.js';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { withPatience } from '../lifecycle/with-patience.js';
import { operatorOrigin } from './audit-part.js';
import { kafkaSecurity } from './kafka-security.js';
import { loginPasswords } from './login-passwords.js';
import { createMigrationCheck } from './migration-check.js';
import { createRoleContext, type RoleContext } from './role-context.js';
import { locateServices, type Services } from './services.js';

export interface MigrateResult {
  /** Names of the migrations that this run applied. */
  readonly applied: readonly string[];
}

export interface MigrateRequest {
  /** Changes nothing: rejects where the schema isn't that of this version, or the topic isn't there. */
  readonly check: boolean;
  /** No older process runs: also what they could not work beside is applied. */
  readonly stopped: boolean;
  /** Roles of the database that are not there are made. */
  readonly roles: boolean;
  /** Directory of a password for each part: its user is made, or given it. null: users are somebody else's business. */
  readonly logins: string | null;
  /** For a database and a log that can't be reached; with `check` also for somebody else's migration. ms. */
  readonly waitMs: number;
}

/** The `migrate` command. */
export async function runMigrate(request: MigrateRequest): Promise<MigrateResult> {
  const { check, stopped, roles, waitMs } = request;
  const logins = request.logins === null ? undefined : loginPasswords(request.logins);
  const context = createRoleContext('migrate');
  const { logger } = context;
  const services = await locateServices(context.config);
  const migrated = check ? await createMigrationCheck(context, services) : null;
  const attempt = async (): Promise<MigrateResult> => {
    if (migrated === null) return migrateAll(context, services, { stopped, roles, logins });
    await migrated.check();
    return { applied: [] };
  };
  const mayPass = (error: unknown): boolean =>
    error instanceof MeterpulseError &&
    (error.canRetry || (check ? PASSES_ELSEWHERE : PASSES_BY_OTHERS).has(error.code));
  const onWait = (error: unknown): void => logger.info(`waiting: ${messageOf(error)}`);
  try {
    return await withPatience(attempt, { waitMs, mayPass, onWait });
  } finally {
    await migrated?.close();
  }
}

/** Makes months of the audit, tells it what was applied, and drops old months where that is wanted: it takes whoever owns them. */
async function keepAudit(pool: Pool, applied: readonly string[], keepMonths: number): Promise<void> {
  const origin = operatorOrigin('migrate');
  await ensureAuditMonths(pool);
  if (applied.length > 0) {
    const detail = { applied };
    await auditEvent(pool, origin, { action: 'schema.migrate', outcome: 'done', subject: null, detail });
  }
  if (keepMonths > 0) await dropAuditMonths(pool, keepMonths, origin);
}

/** Until another process has migrated. */
const PASSES_ELSEWHERE: ReadonlySet<string> = new Set(['DATABASE_NOT_MIGRATED', 'LOG_TOPIC_MISSING']);

/** An administrator, or an operator of databases, may make the roles a moment later. */
const PASSES_BY_OTHERS: ReadonlySet<string> = new Set(['DATABASE_ROLES_FORBIDDEN']);

/** Schema, day partitions, and the log: the inbox always, since it is where `all` falls back to; the topic with Kafka. */
export async function migrateAll(
  { config, logger }: RoleContext,
  services: Services,
  options: Pick<MigrateOptions, 'stopped'> & {
    readonly roles?: boolean;
    readonly logins?: LoginPasswords | undefined;
  } = {},
): Promise<MigrateResult> {
  const { stopped = false } = options;
  const { applied, isNewer } = await migrate(services.databaseUrl, { logger, stopped });
  const pool = createPool({ url: services.databaseUrl, max: 2, applicationName: 'meterpulse-migrate' });
  try {
    await ensurePartitionsAhead(pool, config.PARTITIONS_AHEAD_DAYS);
    await keepAudit(pool, applied, config.AUDIT_RETENTION_MONTHS);
    // Of tables that are new, too, where there are roles.
    const granted = await grantRoles(pool, {
      prefix: config.DATABASE_ROLE_PREFIX,
      create: options.roles === true,
      rights: !isNewer,
      ...(options.logins === undefined ? {} : { logins: options.logins }),
    });
    if (options.roles === true) logger.info({ roles: granted }, 'roles of the database have their rights');
    await ensureInbox(pool, { partitions: config.INBOX_PARTITIONS });
  } finally {
    await pool.end();
  }
  if (services.kafkaBrokers !== null) {
    const { ensureTopic } = await import('../broker/kafka/topic.js');
    await ensureTopic({
      brokers: services.kafkaBrokers,
      security: kafkaSecurity(config),
      topic: config.KAFKA_TOPIC,
      partitions: config.KAFKA_PARTITIONS,
      replication: config.KAFKA_REPLICATION,
      retentionMs: config.KAFKA_RETENTION_HOURS * 3_600_000,
      logger,
    });
  }
  return { applied };
}
