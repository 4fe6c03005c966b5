import { createPool, type Pool } from '../../store/pool.js';
import { ApiServer } from '../api/api-server.js';
import type { RoleContext } from './role-context.js';

/** A pool of the API's own, so that a slow query never waits for, or holds up, a worker's flush. */
export function createApiPool({ config, registry }: RoleContext, databaseUrl: string): Pool {
  return createPool({
    url: databaseUrl,
    max: config.DATABASE_POOL_MAX,
    applicationName: 'meterpulse-api',
    statementTimeoutMs: config.API_STATEMENT_TIMEOUT_MS,
    registry,
  });
}

/** The API stage. */
export function createApi({ config, logger, registry }: RoleContext, pool: Pool): ApiServer {
  return new ApiServer({
    pool,
    options: {
      host: config.HOST,
      port: config.API_PORT,
      statementTimeoutMs: config.API_STATEMENT_TIMEOUT_MS,
    },
    logger,
    registry,
  });
}
