import type { Config } from '../../config/config.js';
import { GatewayPrimary } from '../gateway/primary.js';
import { tlsEnvironment } from './listener-tls.js';
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
    otherPorts: otherPorts(config),
    exec: { file: process.argv[1] ?? '', args: ['gateway-process'] },
    // The demo is quieter than LOG_LEVEL says, and asks nobody who they are, without TLS: so do its processes.
    env: {
      LOG_LEVEL: logger.level,
      AUTHENTICATION: config.AUTHENTICATION,
      ...tlsEnvironment(config),
      ...(services === null ? {} : environmentOf(config, services)),
    },
    stopTimeoutMs: config.GATEWAY_DRAIN_MS + config.STOP_TIMEOUT_MS,
    logger,
    registry,
  });
}

function otherPorts(config: Config): Record<string, number> {
  const { GATEWAY_PLAIN_PORT, GATEWAY_MUTUAL_TLS_PORT } = config;
  const ports = Object.entries({ GATEWAY_PLAIN_PORT, GATEWAY_MUTUAL_TLS_PORT });
  return Object.fromEntries(
    ports.flatMap(([name, port]) => (port === undefined ? [] : [[name, port] as const])),
  );
}

/** Where the environment names a database, they find it as this process did, files and all. */
function environmentOf(config: Config, { databaseUrl, kafkaBrokers }: Services): Record<string, string> {
  return {
    ...(config.DATABASE_URL === undefined ? { DATABASE_URL: databaseUrl } : {}),
    KAFKA_BROKERS: kafkaBrokers?.join(',') ?? '',
  };
}
