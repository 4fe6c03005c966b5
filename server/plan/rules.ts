import { COEFFICIENTS } from './coefficients.js';
import type { Traffic } from './workload.js';

const MIB = 1_048_576;

/** What a plan chooses rather than measures. */
export const RULES = {
  /** Share of its cores that anything is busy with at peak: the rest is for backlogs, and for a pod that is lost. */
  utilisation: 0.5,
  /** Sockets of a gateway process: 50,000 were held by four (suite sockets). */
  socketsPerProcess: 12_500,
  /** Subscribers of a live process: as many were measured (suite live-memory). */
  subscribersPerProcess: 10_000,
  /** Of each role: one may be lost, or replaced, at any time. */
  minPods: 2,
  /** Partitions for each worker: workers can be added without moving keys. */
  partitionsPerWorker: 3,
  partitionsBy: 12,
  /** What a process takes before there is a socket or a message: the requests of kubernetes/base, MiB. */
  memoryMiB: { gateway: 384, worker: 384, api: 256, live: 256 },
  /** Connections to PostgreSQL of a process: DATABASE_POOL_MAX, and those for watching and listening beside it. */
  connections: { gateway: 3, worker: 13, api: 12, live: 12, spare: 20 },
  memoryOfConnection: 10 * MIB,
  leastPostgresCores: 2,
  leastPostgresMemory: 4_096 * MIB,
  /** A disk is never to be fuller than this. */
  fullDisk: 0.7,
  /** Defaults of FEED_RETENTION_HOURS and FEED_MAX_MB. */
  feedHours: 24,
  feedMaxMiB: 1_024,
  /** Minutes of write-ahead log at peak that checkpoints and slots of standbys keep, and its least size. */
  walMinutes: 30,
  leastWal: 2_048 * MIB,
  baseBackups: 2,
  /** 15 minutes of a session: it is planned to last for two hours. */
  quartersOfSession: 8,
  /** A record of Kafka beside its value: key, head, its share of the batch and the index. */
  recordBytes: 40,
  /** Frame, TLS, TCP and IP around a message and its answer. */
  frameBytes: 250,
  /** A reading on its way to a subscriber (3,616 bytes had ten: suite live-fan-out), and to PostgreSQL. */
  toldReadingBytes: 362,
  rowBytes: 150,
} as const;

/** What a reading costs for the size of the table that it goes into, against one in a small table. */
export function growthOf({ readingsKept }: Traffic): number {
  if (readingsKept >= 100_000_000) return COEFFICIENTS.growthOf100Million.value;
  return readingsKept >= 10_000_000 ? COEFFICIENTS.growthOf10Million.value : 1;
}
