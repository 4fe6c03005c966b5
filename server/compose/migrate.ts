import { ensurePartitionsAhead } from '../../store/partitions.js';
import { ensureInbox } from '../../store/inbox-setup.js';
import { migrate } from '../../store/migrate.js';
import { createPool } from '../../store/pool.js';
import { createRoleContext, type RoleContext } from './role-context.js';
import { locateServices, type Services } from './services.js';

export interface MigrateResult {
  /** Names of the migrations that this run applied. */
  readonly applied: readonly string[];
}

/** The `migrate` command. */
export async function runMigrate(): Promise<MigrateResult> {
  const context = createRoleContext('migrate');
  return migrateAll(context, await locateServices(context.config));
}

/** Schema, day partitions, and the log: the inbox always, since it is where `all` falls back to; the topic with Kafka. */
export async function migrateAll(
  { config, logger }: RoleContext,
  services: Services,
): Promise<MigrateResult> {
  const { applied } = await migrate(services.databaseUrl, { logger });
  const pool = createPool({ url: services.databaseUrl, max: 2, applicationName: 'meterpulse-migrate' });
  try {
    await ensurePartitionsAhead(pool, config.PARTITIONS_AHEAD_DAYS);
    await ensureInbox(pool, { partitions: config.INBOX_PARTITIONS });
  } finally {
    await pool.end();
  }
  if (services.kafkaBrokers !== null) {
    const { ensureTopic } = await import('../broker/kafka/topic.js');
    await ensureTopic({
      brokers: services.kafkaBrokers,
      topic: config.KAFKA_TOPIC,
      partitions: config.KAFKA_PARTITIONS,
      replication: config.KAFKA_REPLICATION,
      retentionMs: config.KAFKA_RETENTION_HOURS * 3_600_000,
      logger,
    });
  }
  return { applied };
}
