import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { EmbeddedPostgres } from '../embedded/embedded-postgres.js';
import { lockDataDir } from '../lifecycle/data-dir-lock.js';
import { removeRunning, writeRunning } from '../lifecycle/running-file.js';
import type { Part } from '../lifecycle/run-stack.js';
import { databaseUrl } from './database-url.js';
import { migrateAll } from './migrate.js';
import type { RoleContext } from './role-context.js';
import type { Services } from './services.js';

export interface HeldServices {
  readonly services: Services;
  /** Fails when a service of our own ends by itself: a supervisor or a person starts everything again. */
  readonly watch: readonly Part[];
}

/**
 * Has the data directory to itself while `work` runs: PostgreSQL first (an embedded one unless DATABASE_URL names another),
 * then the schema and the log, then what tells roles that are started alone where they are. Rejects with ALREADY_RUNNING
 * when this DATA_DIR is in use.
 */
export async function holdServices(
  context: RoleContext,
  work: (held: HeldServices) => Promise<void>,
): Promise<void> {
  const { config, logger } = context;
  const unlock = await lockDataDir(config.DATA_DIR);
  try {
    const named = config.DATABASE_URL;
    const postgres = named === undefined ? await EmbeddedPostgres.start({ dataDir: config.DATA_DIR }) : null;
    const services: Services = {
      databaseUrl: named === undefined ? (postgres?.url ?? '') : databaseUrl(config, named),
      kafkaBrokers: config.KAFKA_BROKERS ?? null,
    };
    try {
      // A database of our own has just been started: nobody has it yet.
      await migrateAll(context, services, { stopped: postgres !== null });
      await writeRunning(config.DATA_DIR, { pid: process.pid, ...services });
      logger.info(
        {
          database: postgres === null ? 'DATABASE_URL' : 'embedded',
          log: services.kafkaBrokers === null ? 'inbox' : 'kafka',
        },
        'database and log are ready',
      );
      const watch = postgres === null ? [] : [{ name: 'postgres', run: untilEnded(postgres) }];
      await work({ services, watch });
    } finally {
      await removeRunning(config.DATA_DIR);
      await postgres?.stop();
    }
  } finally {
    await unlock();
  }
}

function untilEnded(postgres: EmbeddedPostgres): Part['run'] {
  return async (signal) => {
    const stopped = new Promise<'stopped'>((resolve) =>
      signal.addEventListener('abort', () => resolve('stopped'), { once: true }),
    );
    if ((await Promise.race([stopped, postgres.whenEnded()])) === 'stopped') return;
    throw new MeterpulseError('EMBEDDED_POSTGRES_FAILED', 'The embedded PostgreSQL ended by itself.');
  };
}
