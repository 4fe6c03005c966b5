import { COEFFICIENTS } from './coefficients.js';
import { itemsOf, round, type PlanItem } from './plan-item.js';
import { growthOf, RULES } from './rules.js';
import type { Traffic, Workload } from './workload.js';

export interface Pods {
  readonly items: readonly PlanItem[];
  readonly gateways: number;
  readonly workers: number;
  readonly apis: number;
  readonly lives: number;
}

const US = 1e-6;
const MIB = 1_048_576;
const { utilisation, minPods, memoryMiB } = RULES;
const SHARE = `at ${utilisation * 100}% of a core each`;

/** A process of each role is one thread for the most part: a pod is planned as one process. */
export function podsOf(workload: Workload, traffic: Traffic): Pods {
  const { chargePoints, subscribers, queries, replication } = workload;
  const { peakMessagesPerSecond: peak, readingsPerMessage } = traffic;
  const gateway = peak * COEFFICIENTS.gatewayCpuPerMessage.value * US;
  const workerUs =
    COEFFICIENTS.workerCpuPerMessage.value +
    (readingsPerMessage - 1) * COEFFICIENTS.workerCpuPerReading.value;
  const growth = growthOf(traffic);
  const worker = peak * workerUs * growth * US;
  const api = queries * COEFFICIENTS.queryCpu.value * US;
  const deliveries = deliveriesOf(workload, traffic);
  const live = deliveries / COEFFICIENTS.deliveriesPerCore.value;
  const kafka = (peak * COEFFICIENTS.kafkaCpuPerMessage.value * US * replication) / utilisation;

  const podsFor = (cores: number, others = 0): number =>
    Math.max(minPods, others, Math.ceil(cores / utilisation));
  const bySockets = Math.ceil(chargePoints / RULES.socketsPerProcess);
  const bySubscribers = Math.ceil(subscribers / RULES.subscribersPerProcess);
  const gateways = podsFor(gateway, bySockets) + 1;
  const workers = podsFor(worker);
  const apis = podsFor(api);
  const lives = podsFor(live, bySubscribers);
  const { partitionsBy, partitionsPerWorker } = RULES;
  const partitions = Math.ceil((workers * partitionsPerWorker) / partitionsBy) * partitionsBy;

  const sockets = Math.min(chargePoints, RULES.socketsPerProcess);
  const heard = Math.min(subscribers, RULES.subscribersPerProcess);
  const atLog = itemsOf('log');
  const item = itemsOf('pods');
  const items = [
    atLog(
      'partitions (KAFKA_PARTITIONS)',
      partitions,
      'count',
      `${partitionsPerWorker} for each of ${workers} workers, by the dozen`,
    ),
    atLog(
      'CPU of all brokers',
      kafka,
      'cores',
      `${round(peak)} messages/s x ${COEFFICIENTS.kafkaCpuPerMessage.value} µs x ${replication} replicas / ${utilisation}`,
      ['kafkaCpuPerMessage'],
    ),
    item(
      'gateways',
      gateways,
      'count',
      `the most of ${minPods}, ${bySockets} for ${round(RULES.socketsPerProcess)} sockets each, and ${round(gateway)} cores (${round(peak)} messages/s x ${COEFFICIENTS.gatewayCpuPerMessage.value} µs) ${SHARE}; and one that may be lost`,
      ['gatewayCpuPerMessage'],
    ),
    item(
      'memory of a gateway',
      memoryMiB.gateway * MIB + sockets * COEFFICIENTS.socketBytes.value,
      'bytes',
      `${memoryMiB.gateway} MiB + ${round(sockets)} sockets x ${round(COEFFICIENTS.socketBytes.value)} bytes`,
      ['socketBytes'],
    ),
    item(
      'workers',
      workers,
      'count',
      `${round(worker)} cores (${round(peak)} messages/s x ${round(workerUs)} µs x growth ${growth}) ${SHARE}`,
      ['workerCpuPerMessage', 'workerCpuPerReading', 'growthOf10Million', 'growthOf100Million'],
    ),
    item('memory of a worker', memoryMiB.worker * MIB, 'bytes', 'as kubernetes/base requests'),
    item(
      'APIs',
      apis,
      'count',
      `${round(api)} cores (${round(queries)} questions/s x ${COEFFICIENTS.queryCpu.value / 1_000} ms) ${SHARE}`,
      ['queryCpu'],
    ),
    item('memory of an API', memoryMiB.api * MIB, 'bytes', 'as kubernetes/base requests'),
    item(
      'live feeds',
      lives,
      'count',
      `the most of ${minPods}, ${bySubscribers} for ${round(RULES.subscribersPerProcess)} subscribers each, and ${round(live)} cores (${round(deliveries)} messages/s told) ${SHARE}`,
      ['deliveriesPerCore'],
    ),
    item(
      'memory of a live feed',
      memoryMiB.live * MIB + heard * COEFFICIENTS.subscriberBytes.value,
      'bytes',
      `${memoryMiB.live} MiB + ${round(heard)} subscribers x ${round(COEFFICIENTS.subscriberBytes.value)} bytes`,
      ['subscriberBytes'],
    ),
    item(
      'CPU of all pods',
      (gateway + worker + api + live) / utilisation,
      'cores',
      `(${[gateway, worker, api, live].map(round).join(' + ')}) / ${utilisation}`,
    ),
  ];
  return { items, gateways, workers, apis, lives };
}

/** Messages a second to all subscribers together: each hears of the charge points that it follows, one by one. */
export function deliveriesOf({ subscribers, watched, chargePoints }: Workload, traffic: Traffic): number {
  return subscribers * Math.min(watched, chargePoints) * (traffic.peakMessagesPerSecond / chargePoints);
}
