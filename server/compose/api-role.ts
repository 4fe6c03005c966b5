import { checkSchema } from '../../store/migrate.js';
import { pingDatabase } from '../../store/ping.js';
import { untilSignal } from '../lifecycle/until-signal.js';
import { startAdmin } from './admin.js';
import { createApi, createApiPool } from './api-part.js';
import { createRoleContext } from './role-context.js';
import { locateServices } from './services.js';

/** `meterpulse api`: stateless, as many as the load asks for. */
export async function runApiRole(): Promise<void> {
  const context = createRoleContext('api');
  const { config, logger } = context;
  const { databaseUrl } = await locateServices(config);
  const pool = createApiPool(context, databaseUrl);
  await checkSchema(pool);
  const api = createApi(context, pool);
  const { port } = await api.start();
  logger.info({ port }, `REST API on http://${config.HOST}:${port}/v1`);
  const admin = await startAdmin(context, 9466, { database: () => pingDatabase(pool) });
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
