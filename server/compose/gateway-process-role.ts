import { createPool, type Pool } from '../../store/pool.js';
import { reportFailure, runGatewayProcess } from '../gateway/process.js';
import { untilSignal } from '../lifecycle/until-signal.js';
import { createAuditTrail } from './audit-part.js';
import { createGateway } from './gateway-part.js';
import { createMessageLog } from './message-log.js';
import { createRoleContext } from './role-context.js';
import { checkGatewayKeys, createPresence, locateOptionalServices } from './presence-part.js';
import { processFigures } from './process-figures-part.js';

/**
 * One process of the gateway. It needs a database only for the inbox, or to ask at the door who somebody is and whether
 * they are known; where there is one, who is connected is written down there, and commands to charge points come from there.
 */
export async function runGatewayProcessRole(): Promise<void> {
  // Meant for the primary, also when a whole group is signalled; without it this process stops by itself.
  process.on('SIGHUP', () => undefined);
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
  const asksAtTheDoor = config.UNKNOWN_CHARGE_POINTS === 'refuse' || config.AUTHENTICATION === 'required';
  const needsDatabase = config.KAFKA_BROKERS === undefined || asksAtTheDoor;
  const services = await locateOptionalServices(config, needsDatabase);
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
  const registered = services === null ? null : createPresence(context, services.databaseUrl);
  if (registered !== null) await checkGatewayKeys(registered.pool, context);
  else {
    logger.warn(
      'there is no DATABASE_URL: nobody writes down who is connected or refused, and charge points get no commands',
    );
  }
  if (config.AUTHENTICATION === 'required' && config.CREDENTIALS_KEY === undefined) {
    logger.warn(
      'there is no CREDENTIALS_KEY: charge points have no tokens, so that each is refused that has no certificate for GATEWAY_MUTUAL_TLS_PORT; set it, and give them passwords by meterpulse credentials',
    );
  }
  const audit = registered === null ? undefined : createAuditTrail(context, registered.pool, 'gateway');
  const gateway = createGateway(context, log, openPool, registered?.presence.sessions, audit);
  await untilSignal(
    async (signal) => {
      const gatewayEnded = new AbortController();
      const auditing = audit?.run(gatewayEnded.signal);
      const presence = registered?.presence.run(gatewayEnded.signal);
      const figures =
        registered === null
          ? null
          : processFigures(context, registered.pool, 'gateway').run(gatewayEnded.signal);
      try {
        await runGatewayProcess({ gateway, registry, logger, checkReady: () => log.ping() }, signal);
      } finally {
        gatewayEnded.abort();
        await Promise.all([presence, figures, auditing]);
      }
    },
    { logger, stopTimeoutMs: config.GATEWAY_DRAIN_MS + config.STOP_TIMEOUT_MS },
  );
  await log.close();
  await Promise.all([pool?.end(), registered?.pool.end()]);
}
