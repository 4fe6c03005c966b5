import { checkSchema } from '../../store/check-schema.js';
import { checkDataKeys } from '../../store/encryption/check-data-keys.js';
import { pingDatabase } from '../../store/ping.js';
import { createPool } from '../../store/pool.js';
import { runStack } from '../lifecycle/run-stack.js';
import { untilSignal } from '../lifecycle/until-signal.js';
import { accountingPart } from './accounting-part.js';
import { startAdmin } from './admin.js';
import { auditUpkeep } from './audit-part.js';
import { commandUpkeep } from './command-upkeep.js';
import { dataKeys } from './data-keys.js';
import { logPartitions } from './log-partitions.js';
import { createMessageLog } from './message-log.js';
import { feedUpkeep } from './feed-upkeep.js';
import { historyWatch } from './history-watch.js';
import { partitionUpkeep } from './partition-upkeep.js';
import { processFigures } from './process-figures-part.js';
import { createRoleContext } from './role-context.js';
import { createRollups } from './rollups-part.js';
import { locateServices } from './services.js';
import { createStoreGauges } from './store-gauges.js';
import { createWorker } from './worker-part.js';
import { silentCopies } from './silent-copies.js';
import { storageUpkeep } from './storage-upkeep.js';

/** `meterpulse worker`: one consumer of the log, and the only writer of the partitions it owns. */
export async function runWorkerRole(): Promise<void> {
  const context = createRoleContext('worker');
  const { config, logger, registry } = context;
  const services = await locateServices(config);
  const pool = createPool({
    url: services.databaseUrl,
    max: config.DATABASE_POOL_MAX,
    applicationName: 'meterpulse-worker',
    ...dataKeys(config),
    registry,
  });
  await checkSchema(pool, logger);
  await checkDataKeys(pool);
  const log = await createMessageLog(context, services.kafkaBrokers, () => pool);
  const worker = createWorker(context, pool, log);
  createStoreGauges(registry, pool);
  const rollups = createRollups(context, services.databaseUrl);
  const admin = await startAdmin(context, 9465, {
    database: () => pingDatabase(pool),
    log: () => log.ping(),
    worker: () => worker.checkReady(),
  });
  await untilSignal(
    async (signal) => {
      signal.addEventListener('abort', () => admin.unready());
      const parts = [
        historyWatch(context, pool),
        partitionUpkeep(context, pool),
        storageUpkeep(context, pool),
        auditUpkeep(context, pool),
        logPartitions(context, log),
        commandUpkeep(context, pool),
        feedUpkeep(context, pool),
        silentCopies(context, pool),
        ...rollups.parts,
        accountingPart(context, rollups.pool),
        processFigures(context, pool, 'worker'),
        { name: 'worker', run: worker.run.bind(worker) },
      ];
      await runStack(parts, signal, logger);
    },
    { logger, stopTimeoutMs: config.STOP_TIMEOUT_MS },
  );
  await log.close();
  await Promise.all([pool.end(), rollups.pool.end()]);
  await admin.stop();
}
