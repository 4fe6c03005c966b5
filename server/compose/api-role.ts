import { checkSchema } from '../../store/migrate.js';
import { pingDatabase } from '../../store/ping.js';
import { createPool } from '../../store/pool.js';
import { ApiServer } from '../api/api-server.js';
import { untilSignal } from '../lifecycle/until-signal.js';
import { startAdmin } from './admin.js';
import { createRoleContext } from './role-context.js';
import { locateServices } from './services.js';

/** `meterpulse api`: stateless, as many as the load asks for. */
export async function runApiRole(): Promise<void> {
  const context = createRoleContext('api');
  const { config, logger, registry } = context;
  const services = await locateServices(config);
  const pool = createPool({
    url: services.databaseUrl,
    max: config.DATABASE_POOL_MAX,
    applicationName: 'meterpulse-api',
    statementTimeoutMs: config.API_STATEMENT_TIMEOUT_MS,
    registry,
  });
  await checkSchema(pool);
  const api = new ApiServer({
    pool,
    options: {
      host: config.HOST,
      port: config.API_PORT,
      statementTimeoutMs: config.API_STATEMENT_TIMEOUT_MS,
    },
    logger,
    registry,
  });
  const { port } = await api.start();
  logger.info({ port }, `REST API on http://${config.HOST}:${port}/v1`);
  const admin = await startAdmin(context, 9466, {
    database: () => pingDatabase(pool),
  });
  await untilSignal(
    async (signal) => {
      signal.addEventListener('abort', () => admin.unready());
      await api.run(signal);
    },
    { logger, stopTimeoutMs: config.STOP_TIMEOUT_MS },
  );
  await pool.end();
  await admin.stop();
}
