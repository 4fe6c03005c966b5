import {
  readDayMembers,
  raiseVersions,
  writeCountsAs,
  type DayMember,
} from '../../store/rollups/counting.js';
import { claimMarks, markSpans, type Span } from '../../store/rollups/marks.js';
import { mergeBuckets } from '../../store/rollups/merge-buckets.js';
import { mergeSlices } from '../../store/rollups/merge-slices.js';
import { readConflictTimes, readSpans, stageSpans } from '../../store/rollups/pass-spans.js';
import { readReadingsSpans } from '../../store/rollups/series-facts.js';
import type { PoolClient } from '../../store/pool.js';
import { computeRollups } from './compute-rollups.js';
import { countingSeries } from './energy/counting-series.js';
import { energyKindOf } from './energy/measurands.js';
import { KnownSeries } from './known-series.js';
import { neighbourhoodsOf } from './neighbourhood.js';
import { bucketSpans, planSpans, type BucketSpan } from './plan-spans.js';
import { ReadingsOfPass } from './readings-of-pass.js';
import { RegistersOfPass } from './registers-of-pass.js';
import { RollupWriters } from './rollup-writers.js';

export interface PassResult {
  /** Spans of series that were computed. */
  readonly spans: number;
  /** Readings that were looked at. */
  readonly readings: number;
  /** Rows of aggregates that are other than they were. */
  readonly changed: number;
  /** Spans that were put off to another pass. */
  readonly later: number;
}

const NOTHING: PassResult = { spans: 0, readings: 0, changed: 0, later: 0 };
/** Marks that a pass takes at most: each tells of what one flush changed. */
const MARKS = 256;

/** Computes what is marked, in a transaction that has the shard to itself: the steps in their order. */
export class RollupPass {
  private readonly known = new KnownSeries();
  private readonly readings = new ReadingsOfPass();

  /** What is marked, oldest first. @param buckets to be computed at most; what is beyond is marked anew. */
  async ofMarks(client: PoolClient, shard: number, buckets: number): Promise<PassResult> {
    const marked = await claimMarks(client, shard, MARKS);
    if (marked.length === 0) return NOTHING;
    const { now, later } = planSpans(bucketSpans(await withEnds(client, marked)), buckets);
    await markSpans(client, later);
    return { ...(await this.ofSpans(client, shard, now)), later: later.length };
  }

  /** These spans, marked or not. */
  async ofSpans(client: PoolClient, shard: number, spans: readonly BucketSpan[]): Promise<PassResult> {
    if (spans.length === 0) return NOTHING;
    const facts = await this.known.find(
      client,
      spans.map(({ seriesId }) => seriesId),
    );
    const kindOf = (seriesId: number) => energyKindOf(facts(seriesId).measurand);
    const around = await neighbourhoodsOf(client, spans, kindOf);
    await stageSpans(client, around);
    const stored = await readSpans(client, around);
    const conflicts = await readConflictTimes(client, around.length);
    const readings = await this.readings.withSessions(client, around, facts, stored);
    const registers = await RegistersOfPass.read(
      client,
      around.map(({ seriesId }) => seriesId).filter((id) => kindOf(id) === 'register'),
    );
    const writers = new RollupWriters();
    around.forEach(({ seriesId, inner }, index) => {
      const { measurand, unit } = facts(seriesId);
      const computed = computeRollups({
        measurand,
        unit,
        semantics: registers.semanticsOf(seriesId),
        ...inner,
        readings: readings[index] ?? [],
        conflictsMs: conflicts[index] ?? [],
      });
      writers.add(seriesId, computed);
      registers.found(seriesId, computed.evidence);
    });
    const buckets = await mergeBuckets(client, writers.buckets);
    const slices = await mergeSlices(client, writers.slices);
    const recounted = buckets.changed === 0 ? 0 : await recount(client);
    if (buckets.changed > 0) await raiseVersions(client, shard);
    await markSpans(client, await registers.write(client, writers.evidence));
    return {
      spans: around.length,
      readings: stored.reduce((sum, each) => sum + each.length, 0),
      changed: buckets.changed + slices + recounted,
      later: 0,
    };
  }
}

/** Marks without an end: to the last reading, or from the first one. */
async function withEnds(client: PoolClient, spans: readonly Span[]): Promise<Span[]> {
  const endless = spans.filter(({ fromMs, toMs }) => !Number.isFinite(fromMs) || !Number.isFinite(toMs));
  if (endless.length === 0) return [...spans];
  const ends = await readReadingsSpans(client, [...new Set(endless.map(({ seriesId }) => seriesId))]);
  return spans.flatMap((span) => {
    const known = ends.get(span.seriesId);
    const fromMs = Number.isFinite(span.fromMs) ? span.fromMs : (known?.firstMs ?? Infinity);
    const toMs = Number.isFinite(span.toMs) ? span.toMs : (known?.lastMs ?? -Infinity);
    return fromMs <= toMs ? [{ seriesId: span.seriesId, fromMs, toMs }] : [];
  });
}

/** Which series are the energy of their charge point, on days on which one came or went. Answers how many that changed. */
async function recount(client: PoolClient): Promise<number> {
  const days = new Map<string, DayMember[]>();
  for (const member of await readDayMembers(client)) {
    const key = `${member.dayMs}/${member.chargePointId}`;
    const members = days.get(key);
    if (members === undefined) days.set(key, [member]);
    else members.push(member);
  }
  const changed = [...days.values()].flatMap((members) => {
    const counted = countingSeries(members);
    return members.flatMap((member) => {
      const countsAs = counted.get(member.seriesId) ?? 0;
      return countsAs === member.countsAs ? [] : [{ ...member, countsAs }];
    });
  });
  await writeCountsAs(client, changed);
  return changed.length;
}
