import { COEFFICIENTS, type CoefficientName } from './coefficients.js';
import { diskOf } from './disk.js';
import { networkOf } from './network.js';
import { itemsOf, type PlanItem } from './plan-item.js';
import { podsOf } from './pods.js';
import { postgresOf } from './postgres.js';
import { DAY_MS, trafficOf, type Traffic, type Workload } from './workload.js';

export interface Plan {
  readonly items: readonly PlanItem[];
  /** What no measurement stands behind at this size, a sentence each. */
  readonly warnings: readonly string[];
}

/** What a workload needs. A pure function: more of anything never needs less of anything. */
export function planOf(workload: Workload): Plan {
  const traffic = trafficOf(workload);
  const pods = podsOf(workload, traffic);
  return {
    items: [
      ...trafficItems(workload, traffic),
      ...pods.items,
      ...postgresOf(workload, traffic, pods),
      ...diskOf(workload, traffic),
      ...networkOf(workload, traffic),
    ],
    warnings: warningsOf(traffic),
  };
}

/** Coefficients that a plan rests on, in the order of their list. */
export function coefficientsOf(plan: Plan): CoefficientName[] {
  const used = new Set(plan.items.flatMap(({ coefficients }) => coefficients));
  return (Object.keys(COEFFICIENTS) as CoefficientName[]).filter((name) => used.has(name));
}

function trafficItems(workload: Workload, traffic: Traffic): PlanItem[] {
  const { chargePoints, intervalMs, measurands, phases, peakFactor, retentionMs } = workload;
  const item = itemsOf('traffic');
  return [
    item(
      'messages',
      traffic.messagesPerSecond,
      'messages/s',
      `${chargePoints.toLocaleString('en-US')} charge points / ${intervalMs / 1_000} s`,
    ),
    item(
      'readings',
      traffic.readingsPerSecond,
      'readings/s',
      `messages x ${measurands} measurands x ${phases} values each`,
    ),
    item(
      'messages at peak',
      traffic.peakMessagesPerSecond,
      'messages/s',
      `messages x peak factor ${peakFactor}`,
    ),
    item('readings kept', traffic.readingsKept, 'readings', `readings a day x ${retentionMs / DAY_MS} days`),
  ];
}

/** What two workers stored on two cores (docs/scaling.md), and how far the growth of costs was measured. */
const MEASURED_READINGS_PER_SECOND = 100_000;
const MEASURED_READINGS = 100_000_000;

function warningsOf({ peakReadingsPerSecond, readingsKept }: Traffic): string[] {
  const warnings: string[] = [];
  if (peakReadingsPerSecond > MEASURED_READINGS_PER_SECOND) {
    warnings.push(
      'At peak it is more than the 100,000 readings a second that one PostgreSQL was measured to store, on two cores: see ' +
        'docs/adr/0022-after-one-primary.md.',
    );
  }
  if (readingsKept > MEASURED_READINGS) {
    warnings.push(
      'What a reading costs was measured in tables of up to 100 million; larger ones are reckoned like that.',
    );
  }
  return warnings;
}
