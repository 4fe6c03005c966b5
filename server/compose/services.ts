import type { Config } from '../../config/config.js';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { readRunning } from '../lifecycle/running-file.js';
import { databaseUrl } from './database-url.js';

/** Where a role that is started alone finds the database and the log. */
export interface Services {
  readonly databaseUrl: string;
  /** null: the log is the PostgreSQL inbox. */
  readonly kafkaBrokers: readonly string[] | null;
}

/**
 * What the environment names, else what a running `start` or `demo` in the same DATA_DIR uses. Rejects with
 * DATABASE_REQUIRED when there is neither.
 */
export async function locateServices(config: Config): Promise<Services> {
  if (config.DATABASE_URL !== undefined) {
    return {
      databaseUrl: databaseUrl(config, config.DATABASE_URL),
      kafkaBrokers: config.KAFKA_BROKERS ?? null,
    };
  }
  const running = await readRunning(config.DATA_DIR);
  if (running === null) {
    throw new MeterpulseError(
      'DATABASE_REQUIRED',
      `DATABASE_URL is not set, and nothing runs in DATA_DIR=${config.DATA_DIR} to attach to.`,
    );
  }
  return { databaseUrl: running.databaseUrl, kafkaBrokers: config.KAFKA_BROKERS ?? running.kafkaBrokers };
}
