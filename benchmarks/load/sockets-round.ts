import { setTimeout as delay } from 'node:timers/promises';
import { postgresCpuSeconds } from '../postgres-cpu.js';
import { treeUsage } from '../process-tree.js';
import type { Services } from '../services.js';
import type { Comparison } from './compare-ledger.js';
import type { GatewayCluster } from './gateway-cluster.js';
import { LoadFleet, type FleetLatencies } from './load-fleet.js';
import { untilStored } from './stored-readings.js';

export interface SocketsSize {
  /** Sockets at each step of the curve, rising; the last one is what the figures are of. */
  readonly steps: readonly number[];
  readonly clients: number;
  readonly perSecond: number;
  readonly warmUpMs: number;
  /** Of each step but the last one. */
  readonly stepMs: number;
  readonly measureMs: number;
  /** The most that is asked of it, readings a second. */
  readonly peakPerSecond: number;
  readonly peakMs: number;
}

export interface Step {
  readonly sockets: number;
  /** Those that this step added. */
  readonly connectsPerSecond: number;
  /** What the resident memory of all processes grew by since nobody was connected, for each socket. */
  readonly kilobytesPerSocket: number;
  readonly steady: FleetLatencies;
}

/** CPU seconds, while the peak was sent and answered. */
export interface PeakCpu {
  readonly gateway: number;
  readonly worker: number;
  readonly postgres: number;
  readonly kafka: number;
  readonly clients: number;
  /** How long that took. */
  readonly seconds: number;
}

export interface SocketsRound {
  readonly steps: readonly Step[];
  readonly connectsPerSecond: number;
  readonly peak: FleetLatencies;
  readonly peakCpu: PeakCpu;
  /** From the last acknowledgement until all is in the table; null where nobody stores. */
  readonly storedAfterS: number | null;
  readonly ledger: Comparison | null;
}

const WARM_UP_SOCKETS = 600;
const WARM_UP_MS = 4_000;
const SETTLE_MS = 2_000;
/** Shorter than a worker's own WORKER_STALL_MS: a partition that got stuck must show, and not be mended unseen. */
const STORED_STALL_MS = 45_000;
/** Each new socket's first reading: what makes it known to everybody is not what the following ones cost. */
const FIRST_READINGS_PER_SECOND = 4_000;

/** One run of a fresh cluster: it grows step by step, is asked for the usual at each one, and for the most at the last one. */
export async function measureSockets(
  cluster: GatewayCluster,
  size: SocketsSize,
  services: Pick<Services, 'postgresPid' | 'kafkaPid'>,
): Promise<SocketsRound> {
  await using fleet = await LoadFleet.start(size.clients);
  const { databaseUrl, pid, workerPid } = cluster;
  let sent = 0;
  const send = async (request: Parameters<LoadFleet['send']>[0]): Promise<FleetLatencies> => {
    const result = await fleet.send(request);
    if (result.refused > 0) throw new Error(`${result.refused} of ${result.sent} readings were refused`);
    sent += result.sent;
    return result;
  };
  const stored = (): Promise<number | null> =>
    databaseUrl === null ? Promise.resolve(null) : untilStored(databaseUrl, sent, STORED_STALL_MS);

  // What has not run yet is slower, and takes the memory that its code and its heap need once.
  await fleet.connect(cluster.port, Math.min(WARM_UP_SOCKETS, size.steps[0] ?? 0));
  await send({ perSecond: size.perSecond, warmUpMs: 0, measureMs: WARM_UP_MS });
  await stored();
  await fleet.closeAll();
  await delay(SETTLE_MS);
  const before = treeUsage(pid).residentBytes;

  const steps: Step[] = [];
  let [connected, seconds] = [0, 0];
  for (const sockets of size.steps) {
    const added = sockets - connected;
    const took = await fleet.connect(cluster.port, added);
    connected = sockets;
    seconds += took;
    await fleet.boot(added);
    await delay(SETTLE_MS);
    const grown = treeUsage(pid).residentBytes - before;
    await send({
      ...{ perSecond: FIRST_READINGS_PER_SECOND, warmUpMs: 0, newest: added },
      measureMs: (added / FIRST_READINGS_PER_SECOND) * 1_000,
    });
    await stored();
    const measureMs = sockets === size.steps.at(-1) ? size.measureMs : size.stepMs;
    steps.push({
      sockets,
      connectsPerSecond: added / took,
      kilobytesPerSocket: grown / 1_000 / sockets,
      steady: await send({ perSecond: size.perSecond, warmUpMs: size.warmUpMs, measureMs }),
    });
  }

  const cpu = (): Omit<PeakCpu, 'clients' | 'seconds'> => ({
    gateway: treeUsage(pid).cpuSeconds,
    worker: workerPid === null ? 0 : treeUsage(workerPid).cpuSeconds,
    postgres: postgresCpuSeconds(services.postgresPid),
    kafka: treeUsage(services.kafkaPid).cpuSeconds,
  });
  const [cpuBefore, peakFrom] = [cpu(), performance.now()];
  const peak = await send({
    ...{ perSecond: size.peakPerSecond, warmUpMs: size.warmUpMs, measureMs: size.peakMs },
  });
  const [cpuAfter, peakTo] = [cpu(), performance.now()];
  const storedAfterS = await stored();
  const ledger = databaseUrl === null ? null : await fleet.compare(databaseUrl);
  await fleet.closeAll();
  return {
    ...{ steps, peak, storedAfterS, ledger },
    connectsPerSecond: connected / seconds,
    peakCpu: {
      gateway: cpuAfter.gateway - cpuBefore.gateway,
      worker: cpuAfter.worker - cpuBefore.worker,
      postgres: cpuAfter.postgres - cpuBefore.postgres,
      kafka: cpuAfter.kafka - cpuBefore.kafka,
      clients: peak.cpuSeconds,
      seconds: (peakTo - peakFrom) / 1_000,
    },
  };
}
