import { checkSchema } from '../../store/migrate.js';
import { pingDatabase } from '../../store/ping.js';
import { createPool } from '../../store/pool.js';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { EmbeddedPostgres } from '../embedded/embedded-postgres.js';
import { lockDataDir } from '../lifecycle/data-dir-lock.js';
import { removeRunning, writeRunning } from '../lifecycle/running-file.js';
import { runStack, type Part } from '../lifecycle/run-stack.js';
import { untilSignal } from '../lifecycle/until-signal.js';
import { startAdmin } from './admin.js';
import { createApi, createApiPool } from './api-part.js';
import { createGatewayPrimary } from './gateway-primary-part.js';
import { createMessageLog } from './message-log.js';
import { migrateAll } from './migrate.js';
import { partitionUpkeep } from './partition-upkeep.js';
import { createRoleContext, type RoleContext } from './role-context.js';
import type { Services } from './services.js';
import { createWorker } from './worker-part.js';

/** Where a running process tree can be reached. */
export interface Addresses {
  readonly gateway: string;
  readonly api: string;
}

/** `meterpulse all`: every role in one process tree, until SIGTERM or SIGINT. */
export async function runAll(): Promise<void> {
  const context = createRoleContext('all');
  await untilSignal((signal) => runAllRoles(context, signal, () => undefined), {
    logger: context.logger,
    stopTimeoutMs: context.config.GATEWAY_DRAIN_MS + context.config.STOP_TIMEOUT_MS,
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
  const { config } = context;
  const unlock = await lockDataDir(config.DATA_DIR);
  try {
    await runOwning(context, signal, onReady);
  } finally {
    await unlock();
  }
}

/** With the data directory to itself: PostgreSQL first, the schema, then the roles. */
async function runOwning(
  context: RoleContext,
  signal: AbortSignal,
  onReady: (addresses: Addresses) => void,
): Promise<void> {
  const { config, logger } = context;
  const postgres =
    config.DATABASE_URL === undefined ? await EmbeddedPostgres.start({ dataDir: config.DATA_DIR }) : null;
  const services: Services = {
    databaseUrl: postgres?.url ?? config.DATABASE_URL ?? '',
    kafkaBrokers: config.KAFKA_BROKERS ?? null,
  };
  try {
    await migrateAll(context, services);
    await writeRunning(config.DATA_DIR, { pid: process.pid, ...services });
    logger.info(
      {
        database: postgres === null ? 'DATABASE_URL' : 'embedded',
        log: services.kafkaBrokers === null ? 'inbox' : 'kafka',
      },
      'starting every role',
    );
    await runRoles(context, services, postgres, signal, onReady);
  } finally {
    await removeRunning(config.DATA_DIR);
    await postgres?.stop();
  }
}

async function runRoles(
  context: RoleContext,
  services: Services,
  postgres: EmbeddedPostgres | null,
  signal: AbortSignal,
  onReady: (addresses: Addresses) => void,
): Promise<void> {
  const { config, logger, registry } = context;
  const url = services.databaseUrl;
  const pool = createPool({
    url,
    max: config.DATABASE_POOL_MAX,
    applicationName: 'meterpulse-all',
    registry,
  });
  await checkSchema(pool);
  const log = createMessageLog(context, services.kafkaBrokers, () => pool);
  const worker = createWorker(context, pool, log);
  const apiPool = createApiPool(context, services.databaseUrl);
  const api = createApi(context, apiPool);
  const { port: apiPort } = await api.start();
  const address = (port: number): string => `${config.HOST}:${port}`;
  const primary = createGatewayPrimary(context, services);
  const onListening = (port: number): void => {
    logger.info({ port }, `gateway on ws://${address(port)}`);
    logger.info({ port: apiPort }, `REST API on http://${address(apiPort)}/v1`);
    onReady({ gateway: `ws://${address(port)}`, api: `http://${address(apiPort)}` });
  };
  const checks = {
    database: () => pingDatabase(pool),
    log: () => log.ping(),
    worker: () => worker.checkReady(),
    gateway: () => primary.checkReady(),
  };
  const admin = await startAdmin(context, 9464, checks, () => primary.metrics());
  signal.addEventListener('abort', () => admin.unready());
  const parts: Part[] = [
    partitionUpkeep(context, pool),
    { name: 'worker', run: (stop) => worker.run(stop) },
    { name: 'api', run: (stop) => api.run(stop) },
    { name: 'gateway', run: (stop) => primary.run(stop, onListening) },
  ];
  if (postgres !== null) parts.unshift({ name: 'postgres', run: (stop) => watch(postgres, stop) });
  try {
    await runStack(parts, signal, logger);
  } finally {
    await log.close();
    await Promise.all([pool.end(), apiPool.end()]);
    await admin.stop();
  }
}

/** An embedded PostgreSQL that ends by itself takes everything down: a supervisor or a person starts it again. */
async function watch(postgres: EmbeddedPostgres, signal: AbortSignal): Promise<void> {
  const stopped = new Promise<'stopped'>((resolve) =>
    signal.addEventListener('abort', () => resolve('stopped'), { once: true }),
  );
  if ((await Promise.race([stopped, postgres.whenEnded()])) === 'stopped') return;
  throw new MeterpulseError('EMBEDDED_POSTGRES_FAILED', 'The embedded PostgreSQL ended by itself.');
}
