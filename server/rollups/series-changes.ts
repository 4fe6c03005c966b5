import { isSameRow, type Level, type RollupRow } from '../../store/rollups/rollup-row.js';
import type { SeriesRollups } from '../../store/rollups/stored-rollups.js';
import type { BucketRow } from './compute-rollups.js';
import { coarserRow } from './coarser-row.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** From the first level, the length of what is made of it. */
const COARSER_MS = [HOUR_MS, DAY_MS];
const QUARTER_MS = 900_000;

/** An hour of a series whose aggregates are other than they were. */
export interface HourChange {
  readonly hourMs: number;
  /** undefined: there was, or is, none. */
  readonly before: RollupRow | undefined;
  readonly now: RollupRow | undefined;
}

/** Told of every row that is other than what is stored. */
export interface ChangeWriter {
  added(level: Level, seriesId: number, row: RollupRow): void;
  changed(level: Level, seriesId: number, row: RollupRow): void;
  gone(level: Level, seriesId: number, bucketMs: number): void;
  /** A day is to be taken as if it had come now. */
  doubted(seriesId: number, dayMs: number): void;
}

interface Buckets {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Puts what was computed of one series in the place of what is stored of it, and makes the hours and days anew of which anything
 * changed.
 *
 * @param stored the 15 minutes of the hours, the hours of the days, and the days, of all that was computed; it is changed.
 * @param computed each with the buckets that it is all there is of.
 * @param doubt whether hours and days are made anew whatever changed.
 * @returns the hours that changed; with `doubt` all of them.
 */
export function findChanges(
  seriesId: number,
  stored: SeriesRollups,
  computed: readonly { readonly inner: Buckets; readonly buckets: readonly BucketRow[] }[],
  writer: ChangeWriter,
  doubt = false,
): HourChange[] {
  const hours: HourChange[] = [];
  let touched = new Set<number>();
  for (const { inner, buckets } of computed) replace(seriesId, stored[0], inner, buckets, writer, touched);
  const addAll = (to: Set<number>, stepMs: number): void => {
    for (const { inner } of computed) {
      for (let ms = Math.floor(inner.fromMs / stepMs) * stepMs; ms < inner.toMs; ms += stepMs) to.add(ms);
    }
  };
  for (const level of [1, 2] as const) {
    const lengthMs = COARSER_MS[level - 1] ?? 0;
    const finer = stored[level - 1] ?? new Map<number, RollupRow>();
    const next = new Set<number>();
    if (doubt) addAll(touched, lengthMs);
    for (const bucketMs of new Set([...touched].map((ms) => Math.floor(ms / lengthMs) * lengthMs))) {
      const parts = [...within(finer, bucketMs, bucketMs + lengthMs, level === 1 ? QUARTER_MS : HOUR_MS)];
      const row = parts.length === 0 ? null : coarserRow(bucketMs, parts);
      const before = stored[level].get(bucketMs);
      const isOther = settle(seriesId, level, stored[level], bucketMs, row, writer);
      if (isOther) next.add(bucketMs);
      if (level === 1 && (isOther || doubt)) hours.push({ hourMs: bucketMs, before, now: row ?? undefined });
      if (doubt && level === 2) writer.doubted(seriesId, bucketMs);
    }
    touched = next;
  }
  return hours;
}

function replace(
  seriesId: number,
  stored: Map<number, RollupRow>,
  inner: Buckets,
  buckets: readonly BucketRow[],
  writer: ChangeWriter,
  touched: Set<number>,
): void {
  const kept = new Set<number>();
  for (const bucket of buckets) {
    kept.add(bucket.bucketMs);
    const { bucketMs } = bucket;
    if (settle(seriesId, 0, stored, bucketMs, rowOf(bucket), writer)) touched.add(bucketMs);
  }
  for (const bucketMs of [...stored.keys()]) {
    if (bucketMs < inner.fromMs || bucketMs >= inner.toMs || kept.has(bucketMs)) continue;
    settle(seriesId, 0, stored, bucketMs, null, writer);
    touched.add(bucketMs);
  }
}

/** Answers whether it is other than it was. */
function settle(
  seriesId: number,
  level: Level,
  stored: Map<number, RollupRow>,
  bucketMs: number,
  row: RollupRow | null,
  writer: ChangeWriter,
): boolean {
  const before = stored.get(bucketMs);
  if (row === null) {
    if (before === undefined) return false;
    stored.delete(bucketMs);
    writer.gone(level, seriesId, bucketMs);
    return true;
  }
  if (before === undefined) writer.added(level, seriesId, row);
  else if (isSameRow(before, row)) return false;
  else writer.changed(level, seriesId, row);
  stored.set(bucketMs, row);
  return true;
}

function* within(
  rows: ReadonlyMap<number, RollupRow>,
  fromMs: number,
  toMs: number,
  stepMs: number,
): Generator<RollupRow> {
  for (let ms = fromMs; ms < toMs; ms += stepMs) {
    const row = rows.get(ms);
    if (row !== undefined) yield row;
  }
}

function rowOf({ bucketMs, count, conflicts, samples, energy, energySamples, rhythm }: BucketRow): RollupRow {
  return {
    bucketMs,
    count,
    conflicts,
    firstMs: samples?.first.ms ?? null,
    lastMs: samples?.last.ms ?? null,
    min: samples?.min ?? null,
    max: samples?.max ?? null,
    sum: samples?.sum ?? null,
    first: samples?.first.value ?? null,
    last: samples?.last.value ?? null,
    measuredWh: energy?.measuredWh ?? null,
    estimatedWh: energy?.estimatedWh ?? null,
    suspectWh: energy?.suspectWh ?? null,
    energySamples: energy === null ? null : energySamples,
    late: rhythm.late,
    irregular: rhythm.irregular,
    clock: rhythm.clock,
    cadenceMs: rhythm.cadenceMs,
  };
}
