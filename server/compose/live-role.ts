import { checkSchema } from '../../store/check-schema.js';
import { checkDataKeys } from '../../store/encryption/check-data-keys.js';
import { runStack } from '../lifecycle/run-stack.js';
import { untilSignal } from '../lifecycle/until-signal.js';
import { startAdmin } from './admin.js';
import { auditPart } from './audit-part.js';
import { createLive } from './live-part.js';
import { historyWatch } from './history-watch.js';
import { createRoleContext } from './role-context.js';
import { websocket } from './schemes.js';
import { locateServices } from './services.js';

/** `meterpulse live`: stateless, as many as there are screens. */
export async function runLiveRole(): Promise<void> {
  const context = createRoleContext('live');
  const { config, logger } = context;
  const { databaseUrl } = await locateServices(config);
  const { live, pool, audit } = createLive(context, databaseUrl);
  await checkSchema(pool, logger);
  await checkDataKeys(pool, { encrypts: false });
  const { port } = await live.start();
  logger.info({ port }, `live feed on ${websocket(config.LIVE_TLS)}://${config.HOST}:${port}/live`);
  const admin = await startAdmin(context, 9467, { feed: () => live.checkReady() });
  await untilSignal(
    async (signal) => {
      signal.addEventListener('abort', () => admin.unready());
      const parts = [
        historyWatch(context, pool),
        ...(audit === null ? [] : [auditPart(audit)]),
        { name: 'live', run: (stop: AbortSignal) => live.run(stop) },
      ];
      await runStack(parts, signal, logger);
    },
    { logger, stopTimeoutMs: config.LIVE_DRAIN_MS + config.STOP_TIMEOUT_MS },
  );
  await pool.end();
  await admin.stop();
}
