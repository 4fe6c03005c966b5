import { itemsOf, round, type PlanItem } from './plan-item.js';
import { deliveriesOf } from './pods.js';
import { RULES } from './rules.js';
import { WAL_COEFFICIENTS, walPerDay } from './wal.js';
import type { Traffic, Workload } from './workload.js';

const BITS = 8;
const SECONDS_A_DAY = 86_400;

/** At peak, in the direction that has more. */
export function networkOf(workload: Workload, traffic: Traffic): PlanItem[] {
  const { peakMessagesPerSecond: peak, peakReadingsPerSecond, messageBytes, readingsPerMessage } = traffic;
  const { replication, replicas, peakFactor } = workload;
  const { frameBytes, rowBytes, toldReadingBytes } = RULES;
  const wal = (walPerDay(traffic) / SECONDS_A_DAY) * peakFactor;
  const deliveries = deliveriesOf(workload, traffic);
  const item = itemsOf('network');
  return [
    item(
      'charge points to gateways',
      peak * (messageBytes + frameBytes) * BITS,
      'bits/s',
      `${round(peak)} messages/s x (${round(messageBytes)} + ${frameBytes}) bytes`,
    ),
    item(
      'to the log, between its brokers, and to workers',
      peak * messageBytes * (replication + 1) * BITS,
      'bits/s',
      `${round(peak)} messages/s x ${round(messageBytes)} bytes x (${replication} replicas + 1 reader)`,
    ),
    item(
      'workers to PostgreSQL',
      peakReadingsPerSecond * rowBytes * BITS,
      'bits/s',
      `${round(peakReadingsPerSecond)} readings/s x ${rowBytes} bytes`,
    ),
    item(
      'PostgreSQL to standbys and archive',
      wal * (replicas + 1) * BITS,
      'bits/s',
      `write-ahead log at peak, ${round(wal)} bytes/s x (${replicas} standbys + 1 archive)`,
      WAL_COEFFICIENTS,
    ),
    item(
      'live feeds to subscribers',
      deliveries * readingsPerMessage * toldReadingBytes * BITS,
      'bits/s',
      `${round(deliveries)} messages/s x ${readingsPerMessage} readings x ${toldReadingBytes} bytes`,
    ),
  ];
}
