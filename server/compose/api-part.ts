import type { Config } from '../../config/config.js';
import type { CallJudge } from '../../controllers/command-sender.js';
import { createPool, type Pool } from '../../store/pool.js';
import type { ReadReplicas } from '../../store/read/replicas/read-replicas.js';
import { ApiServer, type ApiServerParts } from '../api/api-server.js';
import type { DashboardServers } from '../api/dashboard-host/dashboard-servers.js';
import type { MessageLog } from '../broker/message-log.js';
import { createAccess, openHosts } from './access-part.js';
import { ocppProtocols } from './charger-protocols.js';
import { listenerTls } from './listener-tls.js';
import { dataKeys } from './data-keys.js';
import { createRequestLimits } from './request-limits.js';
import type { RoleContext } from './role-context.js';
import { websocket } from './schemes.js';

/** A pool of the API's own, so that a slow query never waits for, or holds up, a worker's flush. */
export function createApiPool({ config, registry }: RoleContext, databaseUrl: string): Pool {
  return createPool({
    url: databaseUrl,
    max: config.DATABASE_POOL_MAX,
    applicationName: 'meterpulse-api',
    ...dataKeys(config),
    statementTimeoutMs: config.API_STATEMENT_TIMEOUT_MS,
    registry,
  });
}

const UNSENT_MESSAGE_ID = '00000000-0000-4000-8000-000000000000';

export interface ApiSurroundings {
  readonly replicas: ReadReplicas | undefined;
  /** Of a gateway on this host; null until it listens. */
  readonly gatewayPort?: () => number | null;
  readonly audit?: ApiServerParts['audit'];
  /** Answers what wants a WebSocket. */
  readonly upgrade?: ApiServerParts['upgrade'];
}

/** The API stage. `log` is where quarantined parts are sent again. */
export function createApi(
  context: RoleContext,
  pool: Pool,
  log: Pick<MessageLog, 'publish'>,
  { replicas, gatewayPort = () => null, upgrade, audit }: ApiSurroundings,
): ApiServer {
  const { config, logger, registry } = context;
  return new ApiServer({
    pool,
    replicas,
    log,
    judge: callJudge(config),
    upgrade,
    ...(audit === undefined ? {} : { audit }),
    dashboardServers: () => dashboardServers(config, gatewayPort()),
    access: createAccess(context, pool),
    limits: createRequestLimits(context, pool, 'api'),
    options: {
      host: config.HOST,
      port: config.API_PORT,
      tls: listenerTls(context, 'api', config.API_TLS),
      statementTimeoutMs: config.API_STATEMENT_TIMEOUT_MS,
      maxConnections: config.API_MAX_CONNECTIONS,
      corsOrigins: config.API_CORS_ORIGINS,
      openHosts: openHosts(config),
      cacheBytes: config.API_CACHE_MB * 1024 * 1024,
      exportTimeoutMs: config.API_EXPORT_TIMEOUT_MS,
      maxExports: Math.max(1, Math.floor(config.DATABASE_POOL_MAX / 2)),
    },
    logger,
    registry,
  });
}

/** By the same protocols that the gateways speak. */
function callJudge(config: Config): CallJudge {
  const protocols = new Map(ocppProtocols(config).map((protocol) => [protocol.name as string, protocol]));
  return (name, action, payload) => {
    const protocol = protocols.get(name);
    return protocol === undefined
      ? undefined
      : (protocol.encodeCall?.(UNSENT_MESSAGE_ID, action, payload) ?? null);
  };
}

function dashboardServers(config: Config, gatewayPort: number | null): DashboardServers {
  const { DASHBOARD_LIVE_URL: live, DASHBOARD_INGEST_URL: ingest } = config;
  const ownGateway =
    gatewayPort === null
      ? null
      : { scheme: websocket(config.GATEWAY_TLS), port: gatewayPort, path: '/ingest' };
  return {
    live: live === undefined ? null : { url: live },
    ingest: ingest === undefined ? ownGateway : { url: ingest },
  };
}
