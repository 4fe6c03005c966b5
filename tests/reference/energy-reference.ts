/**
 * All aggregates of a set of facts, worked out from docs/energy.md alone by plain loops over sorted rows: slow, and sharing
 * nothing with the program that it judges.
 */
import { coarserRows, quarterRows } from './bucket-rows.js';
import { countsAs } from './counting-series.js';
import { editedReadings } from './edited-readings.js';
import type { SeriesEnergy } from './energy-flow.js';
import { energyOfInterval } from './interval-energy.js';
import {
  DAY_MS,
  HOUR_MS,
  byText,
  grouped,
  isInterval,
  isRegister,
  seriesText,
  type Aggregates,
  type BucketRow,
  type Conflict,
  type DayRow,
  type Edit,
  type Facts,
  type Reading,
  type SemanticsRow,
  type Series,
  type Session,
  type SliceRow,
} from './model.js';
import { energyOfRegister } from './register-energy.js';
import { hasEvidence, inferSemantics } from './register-semantics.js';
import { samplesOf } from './samples.js';
import { slicesOf } from './session-slices.js';
import { partsOf } from './spread.js';

export * from './model.js';

interface SeriesFacts {
  readonly series: Series;
  readonly readings: Reading[];
  readonly conflicts: Conflict[];
  readonly edits: Edit[];
}

interface SeriesAggregates {
  readonly quarters: readonly BucketRow[];
  readonly semantics: SemanticsRow | null;
  readonly slices: readonly SliceRow[];
}

/** Rows are sorted by series, bucket and transaction. */
export function energyReference(facts: Facts): Aggregates {
  const all = bySeries(facts);
  const aggregates = all.map((each) => aggregateSeries(each, facts.sessions));
  const buckets15m = aggregates.flatMap(({ quarters }) => quarters);
  const hours = aggregates.map(({ quarters }) => coarserRows(quarters, HOUR_MS));
  const days = hours.flatMap((rows) => coarserRows(rows, DAY_MS));
  return {
    buckets15m,
    buckets1h: hours.flat(),
    buckets1d: withCounts(
      days,
      all.map(({ series }) => series),
    ),
    semantics: aggregates.flatMap(({ semantics }) => (semantics === null ? [] : [semantics])),
    slices: aggregates.flatMap(({ slices }) => slices),
  };
}

function bySeries({ readings, conflicts, edits }: Facts): SeriesFacts[] {
  const found = new Map<string, SeriesFacts>();
  const of = (series: Series): SeriesFacts => {
    const key = seriesText(series);
    const known = found.get(key) ?? { series, readings: [], conflicts: [], edits: [] };
    found.set(key, known);
    return known;
  };
  for (const reading of readings) of(reading.series).readings.push(reading);
  for (const conflict of conflicts) of(conflict.series).conflicts.push(conflict);
  for (const edit of edits) of(edit.series).edits.push(edit);
  return [...found].sort(([a], [b]) => byText(a, b)).map(([, facts]) => facts);
}

function aggregateSeries(facts: SeriesFacts, sessions: readonly Session[]): SeriesAggregates {
  const { series, conflicts } = facts;
  const { readings, excluded } = editedReadings(facts.readings, facts.edits);
  const key = seriesText(series);
  const samples = samplesOf(series, readings, sessions);
  let energy: SeriesEnergy | null = null;
  let semantics: SemanticsRow | null = null;
  if (isRegister(series)) {
    const inferred = inferSemantics(samples);
    if (hasEvidence(inferred)) semantics = { series: key, ...inferred };
    energy = energyOfRegister(series, readings, sessions, inferred);
  } else if (isInterval(series)) {
    energy = energyOfInterval(series, readings, sessions);
  }
  const parts = energy === null ? null : partsOf(energy);
  const hasSlices =
    (parts !== null && series.unit === 'Wh') ||
    (series.measurand === 'Power.Active.Import' && series.unit === 'W');
  const steps = isRegister(series) && energy !== null ? energy.flows : [];
  const slices = hasSlices
    ? slicesOf({ series: key, readings: [...readings, ...excluded], samples, parts, steps })
    : [];
  return {
    quarters: quarterRows(key, samples, conflicts, parts),
    semantics,
    slices: [...slices].sort((a, b) => a.bucketMs - b.bucketMs || byText(a.transaction, b.transaction)),
  };
}

/** Which series counts is decided for each day among those that have a row of it. */
function withCounts(days: readonly BucketRow[], all: readonly Series[]): DayRow[] {
  const byKey = new Map(all.map((series) => [seriesText(series), series]));
  const counts = new Map<number, Map<string, number>>();
  for (const [day, rows] of grouped(days, ({ bucketMs }) => bucketMs)) {
    const present = rows.flatMap(({ series }) => byKey.get(series) ?? []);
    counts.set(day, countsAs(present));
  }
  return days.map((row) => ({ ...row, countsAs: counts.get(row.bucketMs)?.get(row.series) ?? 0 }));
}
