import type { EnergyReading } from './energy/sample.js';

/** A reading that arrived later than this after its time is late: a bucket had ended, and was most likely looked at, without it. */
export const LATE_MS = 900_000;

interface Sample extends Pick<EnergyReading, 'ms' | 'class' | 'session'> {
  /** When it arrived, ms since 1970 UTC. */
  readonly receivedMs: number;
}

/** How the samples of a bucket came: what completeness is judged by. Depends on nothing outside of the bucket. */
export class Rhythm {
  /** Samples that arrived late. */
  late = 0;
  /** Samples at begin and end of transactions: they come when something happens, and no cadence makes them. */
  irregular = 0;
  /** Samples that are aligned to the clock: they come whether anybody charges or not. */
  clock = 0;
  private readonly spansMs: number[] = [];
  private before: Sample | undefined;

  /** In the order of time. */
  add(sample: Sample): void {
    if (sample.receivedMs - sample.ms > LATE_MS) this.late += 1;
    if (sample.class === 'clock') this.clock += 1;
    if (sample.class === 'boundary') {
      this.irregular += 1;
      return;
    }
    const { before } = this;
    // From one session to the next nothing is expected.
    if (before !== undefined && before.session === sample.session) this.spansMs.push(sample.ms - before.ms);
    this.before = sample;
  }

  /** The usual time from one sample to the next; null: the bucket has too few to tell. */
  get cadenceMs(): number | null {
    return usual(this.spansMs);
  }
}

/** The lower median; null of none. */
export function usual(spans: readonly number[]): number | null {
  if (spans.length < 2) return spans[0] ?? null;
  return [...spans].sort((a, b) => a - b)[(spans.length - 1) >> 1] ?? null;
}

/** What finer rows, in the order of time, tell of the cadence: what is usual within them, else from each of them to the next. */
export function coarserCadence(
  finer: readonly {
    readonly cadenceMs: number | null;
    readonly firstMs: number | null;
    readonly lastMs: number | null;
  }[],
): number | null {
  const within = finer.flatMap(({ cadenceMs }) => cadenceMs ?? []);
  if (within.length > 0) return usual(within);
  const between: number[] = [];
  let lastMs: number | null = null;
  for (const row of finer) {
    if (row.firstMs === null) continue;
    if (lastMs !== null) between.push(row.firstMs - lastMs);
    lastMs = row.lastMs;
  }
  return usual(between);
}
