import { checkSchema } from '../../store/check-schema.js';
import { checkDataKeys } from '../../store/encryption/check-data-keys.js';
import { runStack } from '../lifecycle/run-stack.js';
import { untilSignal } from '../lifecycle/until-signal.js';
import { startAdmin } from './admin.js';
import { ApiLog } from './api-log.js';
import { createApi, createApiPool } from './api-part.js';
import { auditPart, createAuditTrail } from './audit-part.js';
import { historyWatch } from './history-watch.js';
import { createReadReplicas } from './replicas-part.js';
import { createRoleContext } from './role-context.js';
import { http } from './schemes.js';
import { locateServices } from './services.js';

/** `meterpulse api`: stateless, as many as the load asks for. */
export async function runApiRole(): Promise<void> {
  const context = createRoleContext('api');
  const { config, logger } = context;
  const services = await locateServices(config);
  const pool = createApiPool(context, services.databaseUrl);
  await checkSchema(pool, logger);
  await checkDataKeys(pool);
  const log = new ApiLog(context, services);
  const replicas = createReadReplicas(context, services.databaseUrl);
  const audit = createAuditTrail(context, pool, 'api');
  const api = createApi(context, pool, log, { replicas, audit });
  const { port } = await api.start();
  logger.info({ port }, `REST API on ${http(config.API_TLS)}://${config.HOST}:${port}/v1`);
  const admin = await startAdmin(context, 9466, { database: () => api.checkReady() });
  await untilSignal(
    async (signal) => {
      signal.addEventListener('abort', () => admin.unready());
      const parts = [
        historyWatch(context, pool),
        auditPart(audit),
        { name: 'api', run: (stop: AbortSignal) => api.run(stop) },
      ];
      await runStack(parts, signal, logger);
    },
    { logger, stopTimeoutMs: config.STOP_TIMEOUT_MS },
  );
  await log.close();
  await Promise.all([pool.end(), replicas?.end()]);
  await admin.stop();
}
