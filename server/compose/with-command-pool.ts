import type { Config } from '../../config/config.js';
import { checkSchema } from '../../store/check-schema.js';
import { createPool, type Pool } from '../../store/pool.js';
import { asOutage } from '../../store/postgres-error.js';
import { dataKeys } from './data-keys.js';
import { createRoleContext, type Role } from './role-context.js';
import { locateServices } from './services.js';

/**
 * What a command does with the database, on one connection. Rejects with DATABASE_REQUIRED, DATABASE_UNAVAILABLE or
 * DATABASE_NOT_MIGRATED, or as `work`.
 */
export async function withCommandPool<Result>(
  role: Role,
  work: (pool: Pool, config: Config) => Promise<Result>,
  { name = role, encrypts = false }: { readonly name?: string; readonly encrypts?: boolean } = {},
): Promise<Result> {
  const { config } = createRoleContext(role);
  const { databaseUrl } = await locateServices(config);
  const keys = encrypts ? dataKeys(config) : {};
  const pool = createPool({ url: databaseUrl, max: 1, applicationName: `meterpulse-${name}`, ...keys });
  try {
    await checkSchema(pool);
    return await work(pool, config);
  } catch (error) {
    throw asOutage(error);
  } finally {
    await pool.end();
  }
}
