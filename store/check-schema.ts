import type { Logger } from 'pino';
import { MeterpulseError } from '../helpers/meterpulse-error.js';
import { appliedMigrations, compareSchema } from './applied-migrations.js';
import { knownMigrations } from './known-migrations.js';
import type { Pool } from './pool.js';
import { asOutage, codeOf } from './postgres-error.js';

const UNDEFINED_TABLE = '42P01';

/**
 * For roles at their start. A schema that a newer version has made will do where its migrations are compatible with this code:
 * the logger is told so. Rejects with DATABASE_NOT_MIGRATED, DATABASE_NEWER, MIGRATION_CHANGED or DATABASE_UNAVAILABLE.
 */
export async function checkSchema(pool: Pool, logger?: Pick<Logger, 'info'>): Promise<void> {
  const done = await appliedMigrations(pool).catch((error: unknown) => {
    if (codeOf(error) === UNDEFINED_TABLE) return [];
    throw asOutage(error);
  });
  const { pending, newer } = compareSchema(await knownMigrations(), done);
  if (pending.length > 0) {
    throw new MeterpulseError(
      'DATABASE_NOT_MIGRATED',
      `the database lacks ${pending.map(({ name }) => name).join(', ')}`,
    );
  }
  if (newer.length > 0) {
    const migrations = newer.map(({ name }) => name);
    logger?.info(
      { migrations },
      'a newer version has migrated the database, and this one may work beside it',
    );
  }
}
