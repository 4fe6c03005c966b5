import type { RollupRow } from '../../store/rollups/rollup-row.js';
import { coarserCadence } from './rhythm.js';

/** A bucket from the finer ones in it, added up in the order of time. At least one. */
export function coarserRow(bucketMs: number, finer: readonly RollupRow[]): RollupRow {
  const row: { -readonly [K in keyof RollupRow]: RollupRow[K] } = {
    bucketMs,
    count: 0,
    conflicts: 0,
    firstMs: null,
    lastMs: null,
    min: null,
    max: null,
    sum: null,
    first: null,
    last: null,
    measuredWh: null,
    estimatedWh: null,
    suspectWh: null,
    energySamples: null,
    late: 0,
    irregular: 0,
    clock: 0,
    cadenceMs: coarserCadence(finer),
  };
  for (const each of finer) {
    row.count += each.count;
    row.conflicts += each.conflicts;
    row.late += each.late;
    row.irregular += each.irregular;
    row.clock += each.clock;
    row.measuredWh = plus(row.measuredWh, each.measuredWh);
    row.estimatedWh = plus(row.estimatedWh, each.estimatedWh);
    row.suspectWh = plus(row.suspectWh, each.suspectWh);
    if (each.count === 0) continue;
    row.firstMs ??= each.firstMs;
    row.lastMs = each.lastMs;
    row.min = row.min === null || each.min === null ? each.min : Math.min(row.min, each.min);
    row.max = row.max === null || each.max === null ? each.max : Math.max(row.max, each.max);
    row.sum = plus(row.sum, each.sum);
    row.first ??= each.first;
    row.last = each.last;
  }
  return row;
}

const plus = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : a + b);
