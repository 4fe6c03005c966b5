import { createPool, type Pool } from '../../store/pool.js';
import { reportFailure, runGatewayProcess } from '../gateway/process.js';
import { untilSignal } from '../lifecycle/until-signal.js';
import { createGateway } from './gateway-part.js';
import { createMessageLog } from './message-log.js';
import { createRoleContext } from './role-context.js';
import { locateServices } from './services.js';

/** One process of the gateway. It opens a database only where it needs one: for the inbox, or to refuse unknown charge points. */
export async function runGatewayProcessRole(): Promise<void> {
  try {
    await run();
  } catch (error) {
    // Said by runGatewayProcess already when it came this far; the primary takes what it hears first.
    await reportFailure(error);
    throw error;
  }
}

async function run(): Promise<void> {
  const context = createRoleContext('gateway-process');
  const { config, logger, registry } = context;
  const needsDatabase = config.KAFKA_BROKERS === undefined || config.UNKNOWN_CHARGE_POINTS === 'refuse';
  const services = needsDatabase ? await locateServices(config) : null;
  const kafkaBrokers = config.KAFKA_BROKERS ?? services?.kafkaBrokers ?? null;
  let pool: Pool | undefined;
  const openPool = (): Pool =>
    (pool ??= createPool({
      url: services?.databaseUrl ?? '',
      max: config.DATABASE_POOL_MAX,
      applicationName: 'meterpulse-gateway',
      registry,
    }));
  const log = await createMessageLog(context, kafkaBrokers, openPool);
  const gateway = createGateway(context, log, openPool);
  await untilSignal(
    (signal) => runGatewayProcess({ gateway, registry, logger, checkReady: () => log.ping() }, signal),
    { logger, stopTimeoutMs: config.GATEWAY_DRAIN_MS + config.STOP_TIMEOUT_MS },
  );
  await log.close();
  await pool?.end();
}
