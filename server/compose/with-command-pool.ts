import type { Config } from '../../config/config.js';
import { checkSchema } from '../../store/check-schema.js';
import { createPool, type Pool } from '../../store/pool.js';
import { asOutage } from '../../store/postgres-error.js';
import { dataKeys } from './data-keys.js';
import { createRoleContext, type Role } from './role-context.js';
import { locateServices } from './services.js';

export interface CommandPoolOptions {
  /** Of the command, as PostgreSQL tells it. Default: the role. */
  readonly name?: string;
  /** Whether it reads or writes what is encrypted. Default false. */
  readonly encrypts?: boolean;
  /** Default 1. */
  readonly connections?: number;
}

/**
 * What a command does with the database. Rejects with DATABASE_REQUIRED, DATABASE_UNAVAILABLE or
 * DATABASE_NOT_MIGRATED, or as `work`.
 */
export async function withCommandPool<Result>(
  role: Role,
  work: (pool: Pool, config: Config) => Promise<Result>,
  { name = role, encrypts = false, connections = 1 }: CommandPoolOptions = {},
): Promise<Result> {
  const { config } = createRoleContext(role);
  const { databaseUrl } = await locateServices(config);
  const keys = encrypts ? dataKeys(config) : {};
  const pool = createPool({
    url: databaseUrl,
    max: connections,
    applicationName: `meterpulse-${name}`,
    ...keys,
  });
  try {
    await checkSchema(pool);
    return await work(pool, config);
  } catch (error) {
    throw asOutage(error);
  } finally {
    await pool.end();
  }
}
