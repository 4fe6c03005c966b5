import type { Machine } from '../../benchmarks/machine.js';
import type { HistogramData, Quantiles } from '../measure/histogram.js';
import type { ArtilleryReport } from '../run/artillery-process.js';
import type { LedgerComparison } from './compare-ledger.js';
import type { Judged } from './expectations.js';
import type { Merged } from './merged.js';
import type { Timeline } from './timeline.js';

export interface Totals {
  readonly counters: Readonly<Record<string, number>>;
  /** ms */
  readonly times: Readonly<Record<string, Quantiles>>;
  readonly errors: Readonly<Record<string, number>>;
}

export interface LoadReport {
  readonly command: string;
  /** ISO 8601 */
  readonly startedAt: string;
  readonly machine: Machine;
  readonly artilleryVersion: string;
  readonly size: {
    readonly sockets: number;
    readonly minutes: number;
    /** How the size came about. */
    readonly why: string;
    /** Messages a second: by Artillery, and by `meterpulse simulate` beside it. */
    readonly artilleryRate: number;
    readonly simulateRate: number;
    readonly artilleryProcesses: number;
    /** null: not started here. */
    readonly gatewayProcesses: number | null;
  };
  /** Sockets opened a second until all were. */
  readonly rampPerSecond: number;
  /** When the last socket was open, s since the beginning. */
  readonly holdFromSecond: number;
  readonly scenarios: readonly ({ readonly name: string; readonly users: number } & Totals)[];
  readonly totals: Totals;
  /** Of all processes: they can be merged with those of other runs. */
  readonly histograms: Readonly<Record<string, HistogramData>>;
  readonly timeline: Timeline;
  /** What `meterpulse simulate` said of its part. */
  readonly simulate: Readonly<Record<string, unknown>> | null;
  readonly ledger: LedgerComparison | null;
  readonly artillery: readonly ArtilleryReport[];
  /** What this run could not measure, a sentence each. */
  readonly unmeasured: readonly string[];
  readonly expectations: readonly Judged[];
  /** By Ctrl-C: what was measured until then. It is never ok. */
  readonly interrupted: boolean;
  readonly ok: boolean;
}

export function totalsOf({ counters, times, errors }: Merged): Totals {
  return {
    counters: { ...counters },
    times: Object.fromEntries(Object.entries(times).map(([name, each]) => [name, each.quantiles()])),
    errors: { ...errors },
  };
}
