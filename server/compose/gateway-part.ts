import { jsonIngestProtocol } from '../../protocol/json-ingest.js';
import { ChargePointDirectory } from '../../store/charge-point-directory.js';
import type { Pool } from '../../store/pool.js';
import type { MessageLog } from '../broker/message-log.js';
import { Gateway, type GatewayParts } from '../gateway/gateway.js';
import { createDeviceIdentity, createSenderIdentity, openHosts } from './access-part.js';
import { ocppProtocols } from './charger-protocols.js';
import { listenerTls, otherGatewayListeners } from './listener-tls.js';
import { readingLimits } from './reading-limits.js';
import { createRequestLimits, trustedProxies } from './request-limits.js';
import type { RoleContext } from './role-context.js';

/** One gateway process's stage. `pool` is asked for only where the door asks who somebody is, or whether they are known. */
export function createGateway(
  context: RoleContext,
  log: MessageLog,
  pool: () => Pool,
  sessions?: GatewayParts['sessions'],
  audit?: GatewayParts['audit'],
): Gateway {
  const { config, logger, registry } = context;
  return new Gateway({
    log,
    protocols: {
      ocpp: ocppProtocols(config),
      ingest: jsonIngestProtocol({ limits: readingLimits(config) }),
    },
    ...(config.UNKNOWN_CHARGE_POINTS === 'refuse' ? { directory: new ChargePointDirectory(pool()) } : {}),
    ...(config.AUTHENTICATION === 'required'
      ? {
          identity: createDeviceIdentity(context, pool()),
          senders: createSenderIdentity(context, pool()),
        }
      : {}),
    limits:
      config.AUTHENTICATION === 'required'
        ? createRequestLimits(context, pool(), 'gateway')
        : trustedProxies(context),
    ...(sessions === undefined ? {} : { sessions }),
    ...(audit === undefined ? {} : { audit }),
    options: {
      host: config.HOST,
      port: config.GATEWAY_PORT,
      tls: listenerTls(context, 'gateway', config.GATEWAY_TLS),
      otherListeners: otherGatewayListeners(context),
      lingerMs: config.GATEWAY_LINGER_MS,
      batchMaxMessages: config.GATEWAY_BATCH_MAX_MESSAGES,
      batchMaxBytes: config.GATEWAY_BATCH_MAX_BYTES,
      publishTimeoutMs: config.GATEWAY_PUBLISH_TIMEOUT_MS,
      maxFrameBytes: config.GATEWAY_MAX_FRAME_BYTES,
      pauseBytes: config.GATEWAY_PAUSE_BYTES,
      refuseBytes: config.GATEWAY_REFUSE_BYTES,
      maxConnections: config.GATEWAY_MAX_CONNECTIONS,
      pingIntervalMs: config.GATEWAY_PING_INTERVAL_MS,
      idleCloseMs: config.GATEWAY_IDLE_CLOSE_S * 1_000,
      heartbeatIntervalS: config.OCPP_HEARTBEAT_INTERVAL_S,
      heartbeatStretch: config.OCPP_HEARTBEAT_STRETCH,
      loopDelayMarkMs: config.GATEWAY_OVERLOAD_LOOP_DELAY_MS,
      overloadIdleMs: config.GATEWAY_OVERLOAD_IDLE_S * 1_000,
      chargePointRate: config.GATEWAY_CHARGE_POINT_RATE,
      ingestRate: config.GATEWAY_INGEST_RATE,
      totalRate: config.GATEWAY_TOTAL_RATE,
      addressConnections: config.GATEWAY_ADDRESS_MAX_CONNECTIONS,
      addressRate: config.GATEWAY_ADDRESS_RATE,
      openHosts: openHosts(config),
      drainMs: config.GATEWAY_DRAIN_MS,
    },
    logger,
    registry,
  });
}
