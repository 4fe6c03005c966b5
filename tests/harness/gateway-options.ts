import type { GatewayOptions } from '../../server/gateway/gateway-options.js';

/** Of gateways under test: no limits but those of memory. */
export const GATEWAY_OPTIONS: GatewayOptions = {
  host: '127.0.0.1',
  port: 0,
  lingerMs: 2,
  batchMaxMessages: 500,
  batchMaxBytes: 1024 * 1024,
  publishTimeoutMs: 5_000,
  maxFrameBytes: 3 * 1024 * 1024,
  pauseBytes: 64 * 1024 * 1024,
  refuseBytes: 96 * 1024 * 1024,
  maxConnections: 1_000,
  pingIntervalMs: 30_000,
  idleCloseMs: 0,
  heartbeatIntervalS: 300,
  heartbeatStretch: 3,
  loopDelayMarkMs: 0,
  overloadIdleMs: 0,
  chargePointRate: 0,
  ingestRate: 0,
  totalRate: 0,
  addressConnections: 0,
  addressRate: 0,
  openHosts: null,
  drainMs: 0,
};
