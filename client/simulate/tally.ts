import { LatencyHistogram } from './latency-histogram.js';

const COUNTERS = [
  'steps',
  'sent',
  'acknowledged',
  'rejected',
  'resent',
  'retries',
  'duplicates',
  'shed',
  'sessions',
  'sessionsRefused',
  'connections',
  'connectionsLost',
  'connectFailures',
] as const;
export type Counter = (typeof COUNTERS)[number];

export interface TallySnapshot {
  readonly counts: Readonly<Record<Counter, number>>;
  readonly latencies: readonly number[];
  readonly latencyMax: number;
  readonly online: number;
  readonly waiting: number;
  readonly readings: number;
  readonly restored: number;
  readonly rejectCodes: Readonly<Record<string, number>>;
  readonly closeCodes: Readonly<Record<string, number>>;
}

/** Counts what becomes of a fleet's messages and connections. */
export class Tally {
  readonly counts = Object.fromEntries(COUNTERS.map((name) => [name, 0])) as Record<Counter, number>;
  readonly latencies = new LatencyHistogram();
  readonly rejectCodes: Record<string, number> = {};
  readonly closeCodes: Record<string, number> = {};

  snapshot(rest: Pick<TallySnapshot, 'online' | 'waiting' | 'readings' | 'restored'>): TallySnapshot {
    const { counts, latencies, rejectCodes, closeCodes } = this;
    return {
      ...{ counts: { ...counts }, latencies: [...latencies.counts], latencyMax: latencies.max },
      ...{ rejectCodes: { ...rejectCodes }, closeCodes: { ...closeCodes }, ...rest },
    };
  }
}

/** Several processes' counts in one. */
export function mergeSnapshots(parts: readonly TallySnapshot[]): TallySnapshot {
  const tally = new Tally();
  const rest = { online: 0, waiting: 0, readings: 0, restored: 0 };
  for (const part of parts) {
    for (const name of COUNTERS) tally.counts[name] += part.counts[name];
    tally.latencies.merge(part.latencies, part.latencyMax);
    addAll(tally.rejectCodes, part.rejectCodes);
    addAll(tally.closeCodes, part.closeCodes);
    rest.online += part.online;
    rest.waiting += part.waiting;
    rest.readings += part.readings;
    rest.restored += part.restored;
  }
  return tally.snapshot(rest);
}

export function quantileOf({ latencies, latencyMax }: TallySnapshot, share: number): number {
  const histogram = new LatencyHistogram();
  histogram.merge(latencies, latencyMax);
  return histogram.quantile(share);
}

function addAll(sums: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
}
