import { createPool } from '../../store/pool.js';
import { ApiServer } from '../api/api-server.js';
import type { RoleContext } from './role-context.js';
import type { Services } from './services.js';

/** The API stage on a pool of its own, so that a slow query never waits for, or holds up, a worker's flush. */
export function createApi({ config, logger, registry }: RoleContext, services: Services): ApiServer {
  const pool = createPool({
    url: services.databaseUrl,
    max: config.DATABASE_POOL_MAX,
    applicationName: 'meterpulse-api',
    statementTimeoutMs: config.API_STATEMENT_TIMEOUT_MS,
    registry,
  });
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
