import { GatewayPrimary } from '../gateway/primary.js';
import type { RoleContext } from './role-context.js';
import type { Services } from './services.js';

/** Supervises the gateway's processes; `services` null leaves it to them to find database and log. */
export function createGatewayPrimary(
  { config, logger, registry }: RoleContext,
  services: Services | null,
): GatewayPrimary {
  return new GatewayPrimary({
    processes: config.GATEWAY_PROCESSES,
    host: config.HOST,
    port: config.GATEWAY_PORT,
    exec: { file: process.argv[1] ?? '', args: ['gateway-process'] },
    // The demo is quieter than LOG_LEVEL says, and so are its processes.
    env: { LOG_LEVEL: logger.level, ...(services === null ? {} : environmentOf(services)) },
    stopTimeoutMs: config.GATEWAY_DRAIN_MS + config.STOP_TIMEOUT_MS,
    logger,
    registry,
  });
}

function environmentOf({ databaseUrl, kafkaBrokers }: Services): Record<string, string> {
  return { DATABASE_URL: databaseUrl, KAFKA_BROKERS: kafkaBrokers?.join(',') ?? '' };
}
