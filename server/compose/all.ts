import { checkSchema } from '../../store/check-schema.js';
import { checkDataKeys } from '../../store/encryption/check-data-keys.js';
import { pingDatabase } from '../../store/ping.js';
import { createPool } from '../../store/pool.js';
import { runStack, type Part } from '../lifecycle/run-stack.js';
import { untilSignal } from '../lifecycle/until-signal.js';
import { accountingPart } from './accounting-part.js';
import { startAdmin } from './admin.js';
import { auditPart, auditUpkeep, createAuditTrail } from './audit-part.js';
import { createApi, createApiPool } from './api-part.js';
import { tellGatewayAddresses } from './gateway-addresses.js';
import { dataKeys } from './data-keys.js';
import { createGatewayPrimary } from './gateway-primary-part.js';
import { holdServices, type HeldServices } from './hold-services.js';
import { commandUpkeep } from './command-upkeep.js';
import { feedUpkeep } from './feed-upkeep.js';
import { createLive } from './live-part.js';
import { logPartitions } from './log-partitions.js';
import { createMessageLog } from './message-log.js';
import { migrateAll } from './migrate.js';
import { historyWatch } from './history-watch.js';
import { partitionUpkeep } from './partition-upkeep.js';
import { storageUpkeep } from './storage-upkeep.js';
import { processFigures } from './process-figures-part.js';
import { createReadReplicas } from './replicas-part.js';
import { createRoleContext, type RoleContext } from './role-context.js';
import { createRollups } from './rollups-part.js';
import { http, websocket } from './schemes.js';
import { locateServices } from './services.js';
import { createWorker } from './worker-part.js';
import { silentCopies } from './silent-copies.js';
import { createStoreGauges } from './store-gauges.js';

/** Where a running process tree can be reached. */
export interface Addresses {
  readonly gateway: string;
  readonly api: string;
}

/**
 * `meterpulse all`: every role in one process tree, until SIGTERM or SIGINT. `attached` leaves database and log to the
 * process that holds this DATA_DIR, which outlives this one: dev mode restarts the roles alone.
 */
export async function runAll({ attached }: { readonly attached: boolean }): Promise<void> {
  const context = createRoleContext('all');
  const run = attached ? runAttached : runAllRoles;
  await untilSignal((signal) => run(context, signal, () => undefined), {
    logger: context.logger,
    stopTimeoutMs:
      context.config.GATEWAY_DRAIN_MS + context.config.LIVE_DRAIN_MS + context.config.STOP_TIMEOUT_MS,
  });
}

/**
 * Starts the parts in the order they build upon one another and calls `onReady` when devices can connect; stops them in the
 * reverse order when the signal aborts. Rejects with ALREADY_RUNNING when this DATA_DIR is in use.
 */
export async function runAllRoles(
  context: RoleContext,
  signal: AbortSignal,
  onReady: (addresses: Addresses) => void,
): Promise<void> {
  await holdServices(context, (held) => runRoles(context, held, signal, onReady));
}

async function runAttached(
  context: RoleContext,
  signal: AbortSignal,
  onReady: (addresses: Addresses) => void,
): Promise<void> {
  const services = await locateServices(context.config);
  // Whoever holds the data directory runs no roles: these are all there are.
  await migrateAll(context, services, { stopped: true });
  await runRoles(context, { services, watch: [] }, signal, onReady);
}

async function runRoles(
  context: RoleContext,
  { services, watch }: HeldServices,
  signal: AbortSignal,
  onReady: (addresses: Addresses) => void,
): Promise<void> {
  const { config, logger, registry } = context;
  const pool = createPool({
    url: services.databaseUrl,
    max: config.DATABASE_POOL_MAX,
    applicationName: 'meterpulse-all',
    ...dataKeys(config),
    registry,
  });
  await checkSchema(pool, logger);
  await checkDataKeys(pool);
  const log = await createMessageLog(context, services.kafkaBrokers, () => pool);
  const worker = createWorker(context, pool, log);
  createStoreGauges(registry, pool);
  const rollups = createRollups(context, services.databaseUrl);
  const apiPool = createApiPool(context, services.databaseUrl);
  const replicas = createReadReplicas(context, services.databaseUrl);
  let gatewayPort: number | null = null;
  const audit = createAuditTrail(context, apiPool, 'api');
  const { live, pool: livePool } = createLive(context, services.databaseUrl, audit);
  const { port: livePort } = await live.start();
  const api = createApi(context, apiPool, log, {
    replicas,
    audit,
    gatewayPort: () => gatewayPort,
    upgrade: (request, socket, head) => live.upgrade(request, socket, head),
  });
  const { port: apiPort } = await api.start();
  const address = (port: number): string => `${config.HOST}:${port}`;
  const primary = createGatewayPrimary(context, services);
  const onListening = (port: number): void => {
    gatewayPort = port;
    const { API_TLS, GATEWAY_TLS, LIVE_TLS } = config;
    const gateway = `${websocket(GATEWAY_TLS)}://${address(port)}`;
    const apiUrl = `${http(API_TLS)}://${address(apiPort)}`;
    tellGatewayAddresses(context, primary);
    logger.info({ port: livePort }, `live feed on ${websocket(LIVE_TLS)}://${address(livePort)}/live`);
    logger.info({ port: apiPort }, `REST API on ${apiUrl}/v1`);
    onReady({ gateway, api: apiUrl });
  };
  const checks = {
    database: () => pingDatabase(pool),
    log: () => log.ping(),
    worker: () => worker.checkReady(),
    gateway: () => primary.checkReady(),
    live: () => live.checkReady(),
  };
  const admin = await startAdmin(context, 9464, checks, () => primary.metrics());
  signal.addEventListener('abort', () => admin.unready());
  const parts: Part[] = [
    ...watch,
    historyWatch(context, pool),
    auditPart(audit),
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
    { name: 'worker', run: (stop) => worker.run(stop) },
    { name: 'api', run: (stop) => api.run(stop) },
    // Its sockets came through the API's port too: they end before the API does.
    { name: 'live', run: (stop) => live.run(stop) },
    { name: 'gateway', run: (stop) => primary.run(stop, onListening) },
  ];
  try {
    await runStack(parts, signal, logger);
  } finally {
    await log.close();
    await Promise.all([pool.end(), rollups.pool.end(), apiPool.end(), livePool.end(), replicas?.end()]);
    await admin.stop();
  }
}
