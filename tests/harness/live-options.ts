import type { LiveOptions } from '../../server/live/live-options.js';

/** Of live servers under test: as configured by default, on any port, and stopping at once. */
export const LIVE_OPTIONS: LiveOptions = {
  host: '127.0.0.1',
  port: 0,
  maxConnections: 10_000,
  maxSubscriptions: 100,
  maxMessageBytes: 256 * 1024,
  origins: null,
  batchSize: 100,
  openHosts: null,
  batchMs: 50,
  deflate: false,
  bufferBytes: 1024 * 1024,
  conflateMax: 20_000,
  recentBytes: 16 * 1024 * 1024,
  snapshots: 4,
  pingIntervalMs: 30_000,
  drainMs: 0,
  fleetIntervalMs: 2_000,
  sessionMaxAgeMs: 3_600_000,
  renewalWindowMs: 600_000,
};
