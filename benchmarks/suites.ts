import type { Suite } from './figure.js';
import { accessSuite } from './suites/access.js';
import { batchingSuite } from './suites/batching.js';
import { compactionSuite } from './suites/compaction.js';
import { completenessSuite } from './suites/completeness.js';
import { doorsSuite } from './suites/doors.js';
import { endToEndSuite } from './suites/end-to-end.js';
import { gatewaySuite } from './suites/gateway.js';
import { growthSuite } from './suites/growth.js';
import { liveDashboardSuite } from './suites/live-dashboard.js';
import { liveSuite } from './suites/live.js';
import { liveFanOutSuite } from './suites/live-fan-out.js';
import { liveEndToEndSuite } from './suites/live-end-to-end.js';
import { liveMemorySuite } from './suites/live-memory.js';
import { logSuite } from './suites/log.js';
import { memorySuite } from './suites/memory.js';
import { peersSuite } from './suites/peers.js';
import { peersSinksSuite } from './suites/peers-sinks.js';
import { querySuite } from './suites/query.js';
import { settingsSuite } from './suites/settings.js';
import { rollupsSuite } from './suites/rollups.js';
import { scaleGatewaysSuite } from './suites/scale-gateways.js';
import { scalePartitionsSuite } from './suites/scale-partitions.js';
import { scaleWorkersSuite } from './suites/scale-workers.js';
import { sinkSuite } from './suites/sink.js';
import { soakSuite } from './suites/soak.js';
import { socketsSuite } from './suites/sockets.js';
import { storageSuite } from './suites/storage.js';
import { stormSuite } from './suites/storm.js';
import { veeSuite } from './suites/vee.js';

export const SUITES = {
  sink: sinkSuite,
  gateway: gatewaySuite,
  log: logSuite,
  'end-to-end': endToEndSuite,
  peers: peersSuite,
  'peers-sinks': peersSinksSuite,
  memory: memorySuite,
  storm: stormSuite,
  doors: doorsSuite,
  sockets: socketsSuite,
  batching: batchingSuite,
  rollups: rollupsSuite,
  vee: veeSuite,
  settings: settingsSuite,
  storage: storageSuite,
  compaction: compactionSuite,
  query: querySuite,
  growth: growthSuite,
  access: accessSuite,
  completeness: completenessSuite,
  'scale-workers': scaleWorkersSuite,
  'scale-gateways': scaleGatewaysSuite,
  'scale-partitions': scalePartitionsSuite,
  soak: soakSuite,
  live: liveSuite,
  'live-fan-out': liveFanOutSuite,
  'live-end-to-end': liveEndToEndSuite,
  'live-memory': liveMemorySuite,
  'live-dashboard': liveDashboardSuite,
} as const satisfies Record<string, Suite>;

export type SuiteName = keyof typeof SUITES;

/** What a suite takes besides rounds; of others it is told when nobody who runs takes it. */
export const TAKEN: Readonly<Partial<Record<SuiteName, readonly ('size' | 'minutes' | 'directory')[]>>> = {
  query: ['size', 'directory'],
  access: ['size', 'directory'],
  growth: ['size', 'directory'],
  compaction: ['size'],
  soak: ['minutes'],
};
