/** The pure rules of server/rollups over all the facts at once, in the reference's terms: what the store adds is left out. */
import {
  computeRollups,
  type BucketEnergy,
  type ComputedSeries,
} from '../../server/rollups/compute-rollups.js';
import { contextFacts, type ContextFacts } from '../../server/rollups/context-order.js';
import { CoveringSessions } from '../../server/rollups/covering-session.js';
import { countingSeries } from '../../server/rollups/energy/counting-series.js';
import { applyEdits } from '../../server/rollups/edits/apply-edits.js';
import {
  EVIDENCE_FIELDS,
  NO_EVIDENCE,
  semanticsOf,
  type Evidence,
} from '../../server/rollups/energy/semantics.js';
import { coarserRows } from './bucket-rows.js';
import {
  DAY_MS,
  HOUR_MS,
  bucketOf,
  grouped,
  seriesText,
  type Aggregates,
  type BucketRow,
  type Facts,
  type Series,
} from './model.js';

/** Energy of intervals flows before the first reading: this much is looked at on both sides of all readings. */
const AROUND_MS = 40 * DAY_MS;

interface SeriesResult {
  readonly series: Series;
  readonly computed: ComputedSeries;
  readonly evidence: Evidence;
}

export function pureEngine(facts: Facts): Aggregates {
  const names = new Map([...new Set(facts.readings.map(({ context }) => context))].entries());
  const contexts = byName(names);
  const transactions = new Numbers();
  const results = seriesOf(facts).map((series) => compute(facts, series, contexts, transactions));
  const quarters = results.map((each) => rowsOf(each));
  const hours = quarters.map((rows) => coarserRows(rows, HOUR_MS));
  const days = hours.flatMap((rows) => coarserRows(rows, DAY_MS));
  const counted = countedDays(days, results);
  return {
    buckets15m: quarters.flat(),
    buckets1h: hours.flat(),
    buckets1d: days.map((row) => ({ ...row, countsAs: counted.get(`${row.bucketMs}/${row.series}`) ?? 0 })),
    semantics: results.flatMap(({ series, evidence }) =>
      EVIDENCE_FIELDS.every((field) => evidence[field] === 0)
        ? []
        : [{ series: seriesText(series), ...evidence, ...semanticsOf(evidence) }],
    ),
    slices: results.flatMap(({ series, computed }) =>
      computed.slices.map(({ session, energy, ...slice }) => ({
        ...slice,
        series: seriesText(series),
        transaction: transactions.nameOf(session),
        ...energyOf(energy),
      })),
    ),
  };
}

/** As the database does: names become numbers. */
class Numbers {
  private readonly names: string[] = [];

  of(name: string): number {
    const known = this.names.indexOf(name);
    return known === -1 ? this.names.push(name) - 1 : known;
  }

  nameOf(id: number): string {
    return this.names[id] ?? '';
  }
}

function byName(names: ReadonlyMap<number, string>): ReadonlyMap<string, ContextFacts> {
  const facts = contextFacts(names);
  return new Map([...facts].map(([id, each]) => [names.get(id) ?? '', each]));
}

function seriesOf({ readings, conflicts, edits }: Facts): Series[] {
  const all = [...readings, ...conflicts, ...edits].map(({ series }): [string, Series] => [
    seriesText(series),
    series,
  ]);
  return [...new Map(all).values()];
}

function compute(
  { readings, conflicts, sessions, edits }: Facts,
  series: Series,
  contexts: ReadonlyMap<string, ContextFacts>,
  transactions: Numbers,
): SeriesResult {
  const key = seriesText(series);
  const started = sessions
    .filter((each) => placeOf(each) === placeOf(series))
    .map(({ transaction, startedAtMs, endedAtMs }) => ({
      id: transactions.of(transaction),
      externalId: transaction,
      startedMs: startedAtMs,
      endedMs: endedAtMs,
    }));
  const [covering, coveringOfInserted] = [new CoveringSessions(started), new CoveringSessions(started)];
  const window = readings
    .filter((reading) => seriesText(reading.series) === key)
    .sort((a, b) => a.timestampMs - b.timestampMs)
    .map(({ timestampMs, value, context, transaction }) => {
      const known = contexts.get(context);
      if (known === undefined) throw new Error(`no context ${context}`);
      const isVoid = transaction === null || transaction === '0' || transaction === '-1';
      const named = isVoid ? null : transactions.of(transaction);
      return {
        ms: timestampMs,
        value,
        rank: known.rank,
        class: known.class,
        session: named ?? covering.at(timestampMs),
        isEnd: known.isEnd && named !== null,
        receivedMs: timestampMs,
        edit: null,
      };
    });
  const ofSeries = edits
    .filter((edit) => seriesText(edit.series) === key)
    .map(({ transaction, ...edit }) => ({
      ...edit,
      session: transaction === null ? null : transactions.of(transaction),
    }));
  const edited = applyEdits(window, ofSeries, (ms) => coveringOfInserted.at(ms));
  const conflictsMs = conflicts
    .filter((conflict) => seriesText(conflict.series) === key)
    .map(({ timestampMs }) => timestampMs);
  const times = [...conflictsMs, ...ofSeries.map(({ fromMs }) => fromMs), ...window.map(({ ms }) => ms)];
  const whole = {
    measurand: series.measurand,
    unit: series.unit,
    fromMs: bucketOf(Math.min(...times), DAY_MS) - AROUND_MS,
    toMs: bucketOf(Math.max(...times), DAY_MS) + AROUND_MS,
    readings: edited.readings,
    excluded: edited.excluded,
    conflictsMs,
  };
  const evidence = sumOf(computeRollups({ ...whole, semantics: semanticsOf(NO_EVIDENCE) }).evidence.values());
  return { series, evidence, computed: computeRollups({ ...whole, semantics: semanticsOf(evidence) }) };
}

const placeOf = (place: Pick<Series, 'chargePointId' | 'evseId' | 'connectorId'>): string =>
  JSON.stringify([place.chargePointId, place.evseId, place.connectorId]);

function sumOf(all: Iterable<Evidence>): Evidence {
  const sum = { ...NO_EVIDENCE } as Record<keyof Evidence, number>;
  for (const each of all) for (const field of EVIDENCE_FIELDS) sum[field] += each[field];
  return sum;
}

function rowsOf({ series, computed }: SeriesResult): BucketRow[] {
  return [...computed.buckets]
    .sort((a, b) => a.bucketMs - b.bucketMs)
    .map(({ bucketMs, count, conflicts, samples, energy }) => ({
      series: seriesText(series),
      bucketMs,
      count,
      conflicts,
      min: samples?.min ?? null,
      max: samples?.max ?? null,
      sum: samples?.sum ?? null,
      first: samples?.first.value ?? null,
      firstMs: samples?.first.ms ?? null,
      last: samples?.last.value ?? null,
      lastMs: samples?.last.ms ?? null,
      ...energyOf(energy),
    }));
}

function energyOf(energy: BucketEnergy | null) {
  return {
    measuredWh: energy?.measuredWh ?? null,
    estimatedWh: energy?.estimatedWh ?? null,
    suspectWh: energy?.suspectWh ?? null,
  };
}

/** By day and series. */
function countedDays(days: readonly BucketRow[], results: readonly SeriesResult[]): Map<string, number> {
  const numbers = new Map(results.map(({ series }, seriesId) => [seriesText(series), seriesId]));
  const counted = new Map<string, number>();
  for (const [dayMs, rows] of grouped(days, ({ bucketMs }) => bucketMs)) {
    const present = rows.flatMap((row) => results[numbers.get(row.series) ?? -1]?.series ?? []);
    for (const ofOne of grouped(present, ({ chargePointId }) => chargePointId).values()) {
      const members = ofOne.map((series) => ({ ...series, seriesId: numbers.get(seriesText(series)) ?? -1 }));
      const counts = countingSeries(members);
      for (const series of ofOne) {
        const key = seriesText(series);
        counted.set(`${dayMs}/${key}`, counts.get(numbers.get(key) ?? -1) ?? 0);
      }
    }
  }
  return counted;
}
