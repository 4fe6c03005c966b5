import { COEFFICIENTS } from './coefficients.js';
import { itemsOf, round, type PlanItem } from './plan-item.js';
import type { Pods } from './pods.js';
import { growthOf, RULES } from './rules.js';
import type { Traffic, Workload } from './workload.js';

const US = 1e-6;
const GIB = 1_073_741_824;
const MIB = 1_048_576;

export function postgresOf(workload: Workload, traffic: Traffic, pods: Pods): PlanItem[] {
  const { peakMessagesPerSecond: peak, readingsPerMessage, readingsPerDay, series } = traffic;
  const { utilisation, connections, leastPostgresCores, leastPostgresMemory, memoryOfConnection } = RULES;
  const us =
    COEFFICIENTS.postgresCpuPerMessage.value +
    (readingsPerMessage - 1) * COEFFICIENTS.postgresCpuPerReading.value;
  const growth = growthOf(traffic);
  // Standbys answer, and the primary has to when none is fit.
  const asking = workload.queries * COEFFICIENTS.queryCpu.value * US;
  const cores = Math.max(leastPostgresCores, (peak * us * growth * US + asking) / utilisation);
  const counted = [
    pods.gateways * connections.gateway,
    pods.workers * connections.worker,
    pods.apis * connections.api,
    pods.lives * connections.live,
    connections.spare,
  ];
  const connected = counted.reduce((sum, each) => sum + each, 0);
  const keys = readingsPerDay * COEFFICIENTS.keyBytesPerReading.value;
  const dictionary = series * COEFFICIENTS.bytesPerSeries.value;
  // What is written again and again: half of it in PostgreSQL's own buffers, half of what it takes for everything else.
  const memory = Math.max(leastPostgresMemory, 2 * (keys + dictionary)) + connected * memoryOfConnection;
  const item = itemsOf('PostgreSQL');
  return [
    item(
      'CPU of each server',
      cores,
      'cores',
      `(${round(peak)} messages/s x ${round(us)} µs x growth ${growth} + questions ${round(asking)}) / ${utilisation}, at least ${leastPostgresCores}`,
      [
        'postgresCpuPerMessage',
        'postgresCpuPerReading',
        'growthOf10Million',
        'growthOf100Million',
        'queryCpu',
      ],
    ),
    item(
      'memory of each server',
      memory,
      'bytes',
      `twice the index of a day (${round(keys / GIB)} GiB) and the dictionary (${round(dictionary / GIB)} GiB), at least ${round(leastPostgresMemory / GIB)} GiB; + ${connected} connections x ${memoryOfConnection / MIB} MiB`,
      ['keyBytesPerReading', 'bytesPerSeries'],
    ),
    item(
      'connections (max_connections)',
      connected,
      'count',
      `${counted.join(' + ')} of gateways, workers, APIs, live feeds, and to spare`,
    ),
    item('servers', 1 + workload.replicas, 'count', `a primary and ${workload.replicas} standbys`),
  ];
}
