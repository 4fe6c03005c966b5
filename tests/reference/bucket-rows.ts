/** docs/energy.md, "What is aggregated": rows of 15 minutes, and coarser ones made of finer ones. */
import { QUARTER_MS, bucketOf, grouped, type BucketRow, type Conflict } from './model.js';
import type { Sample } from './samples.js';
import type { Part } from './spread.js';

/** Rows of one series in the order of time. `parts`: null when it has no energy. */
export function quarterRows(
  series: string,
  samples: readonly Sample[],
  conflicts: readonly Conflict[],
  parts: readonly Part[] | null,
): BucketRow[] {
  const buckets = new Set([
    ...samples.map(({ timeMs }) => bucketOf(timeMs, QUARTER_MS)),
    ...conflicts.map(({ timestampMs }) => bucketOf(timestampMs, QUARTER_MS)),
    ...(parts ?? []).map(({ bucketMs }) => bucketMs),
  ]);
  const samplesIn = grouped(samples, ({ timeMs }) => bucketOf(timeMs, QUARTER_MS));
  const conflictsIn = grouped(conflicts, ({ timestampMs }) => bucketOf(timestampMs, QUARTER_MS));
  const partsIn = grouped(parts ?? [], ({ bucketMs }) => bucketMs);
  return [...buckets]
    .sort((a, b) => a - b)
    .map((bucketMs) => {
      const within = samplesIn.get(bucketMs) ?? [];
      const flowed = parts === null ? null : (partsIn.get(bucketMs) ?? []);
      return {
        series,
        bucketMs,
        count: within.length,
        ...valuesOf(within),
        conflicts: conflictsIn.get(bucketMs)?.length ?? 0,
        measuredWh: flowed && sumOf(flowed, 'measured'),
        estimatedWh: flowed && sumOf(flowed, 'estimated'),
        suspectWh: flowed && sumOf(flowed, 'suspect'),
      };
    });
}

export function sumOf(parts: readonly Part[], kind: Part['kind']): number {
  let sum = 0;
  for (const part of parts) if (part.kind === kind) sum += part.wh;
  return sum;
}

function valuesOf(samples: readonly Sample[]) {
  let sum: number | null = null;
  let min: number | null = null;
  let max: number | null = null;
  for (const { value } of samples) {
    sum = plus(sum, value);
    min = min === null ? value : Math.min(min, value);
    max = max === null ? value : Math.max(max, value);
  }
  const first = samples[0];
  const last = samples.at(-1);
  return {
    min,
    max,
    sum,
    first: first?.value ?? null,
    firstMs: first?.timeMs ?? null,
    last: last?.value ?? null,
    lastMs: last?.timeMs ?? null,
  };
}

/** Rows of hours from those of 15 minutes, or of days from those of hours; `finer` are of one series, in the order of time. */
export function coarserRows(finer: readonly BucketRow[], lengthMs: number): BucketRow[] {
  const rows: BucketRow[] = [];
  for (const row of finer) {
    const bucketMs = bucketOf(row.bucketMs, lengthMs);
    const before = rows.at(-1);
    if (before?.bucketMs === bucketMs) rows[rows.length - 1] = joined(before, row);
    else rows.push({ ...row, bucketMs });
  }
  return rows;
}

function joined(earlier: BucketRow, later: BucketRow): BucketRow {
  return {
    series: earlier.series,
    bucketMs: earlier.bucketMs,
    count: earlier.count + later.count,
    min: chosen(Math.min, earlier.min, later.min),
    max: chosen(Math.max, earlier.max, later.max),
    sum: plus(earlier.sum, later.sum),
    first: earlier.first ?? later.first,
    firstMs: earlier.firstMs ?? later.firstMs,
    last: later.last ?? earlier.last,
    lastMs: later.lastMs ?? earlier.lastMs,
    conflicts: earlier.conflicts + later.conflicts,
    measuredWh: plus(earlier.measuredWh, later.measuredWh),
    estimatedWh: plus(earlier.estimatedWh, later.estimatedWh),
    suspectWh: plus(earlier.suspectWh, later.suspectWh),
  };
}

function plus(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : a + b;
}

function chosen(choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : choose(a, b);
}
