import {
  readDayMembers,
  raiseVersions,
  writeCountsAs,
  type DayMember,
} from '../../store/rollups/counting.js';
import type { Audit } from '../../store/rollups/audit.js';
import { ChangedRollups } from '../../store/rollups/changed-rollups.js';
import { claimMarks, markSpans, type Span } from '../../store/rollups/marks.js';
import { readEstimates, writeEstimates } from '../../store/rollups/estimates.js';
import { readEdits } from '../../store/rollups/pass-edits.js';
import { readConflicts, readSpans, stageSpans } from '../../store/rollups/pass-spans.js';
import { readHorizon } from '../../store/retention/horizons.js';
import { noRollups, readRollups } from '../../store/rollups/stored-rollups.js';
import { readReadingsSpans } from '../../store/rollups/series-facts.js';
import { readSlices, updateTransactions, writeSlices } from '../../store/rollups/slices.js';
import type { PoolClient } from '../../store/pool.js';
import { computeRollups, energyFound, type BucketRow } from './compute-rollups.js';
import { countingSeries } from './energy/counting-series.js';
import { energyKindOf } from './energy/measurands.js';
import { EstimateDiff } from './estimate-changes.js';
import { KnownSeries } from './known-series.js';
import type { Buckets } from '../../store/rollups/neighbourhoods.js';
import { neighbourhoodsOf } from './neighbourhood.js';
import { bucketSpans, planSpans, type BucketSpan } from './plan-spans.js';
import { ReadingsOfPass } from './readings-of-pass.js';
import { RegistersOfPass } from './registers-of-pass.js';
import { findChanges } from './series-changes.js';
import { SliceDiff } from './slice-changes.js';
import { FindingsOfPass, type FindingCounts, type HearFinding } from './vee/findings-of-pass.js';
import { DEFAULT_THRESHOLDS, type Thresholds } from './vee/thresholds.js';

export interface PassResult {
  /** Marks that were taken. */
  readonly marks: number;
  /** Spans of series that were computed. */
  readonly spans: number;
  /** Readings that were looked at. */
  readonly readings: number;
  /** Rows of aggregates that are other than they were. */
  readonly changed: number;
  /** Spans that were put off to another pass. */
  readonly later: number;
  readonly findings: FindingCounts;
}

export interface PassOptions {
  /** What the rules of validation go by; null: they are not asked, and findings stay as they are. */
  readonly thresholds?: Thresholds | null;
  /** Told of all that the rules find. */
  readonly hear?: HearFinding;
}

const NO_FINDINGS: FindingCounts = { found: new Map(), gone: new Map() };
const NOTHING: PassResult = {
  marks: 0,
  spans: 0,
  readings: 0,
  changed: 0,
  later: 0,
  findings: NO_FINDINGS,
};
/** Marks that a pass takes at most, of all its shards: each tells of what one flush changed in one. */
const MARKS = 256;

/** Computes what is marked, in a transaction that has its shards to itself: the steps in their order. */
export class RollupPass {
  private readonly known = new KnownSeries();
  private readonly readings = new ReadingsOfPass();
  private readonly thresholds: Thresholds | null;
  private readonly hear: HearFinding | null;

  constructor({ thresholds = DEFAULT_THRESHOLDS, hear }: PassOptions = {}) {
    this.thresholds = thresholds;
    this.hear = hear ?? null;
  }

  /** What is marked, oldest first. @param buckets to be computed at most; what is beyond is marked anew. */
  async ofMarks(
    client: PoolClient,
    shards: number | readonly number[],
    buckets: number,
  ): Promise<PassResult> {
    const all = typeof shards === 'number' ? [shards] : shards;
    const { marks, spans } = await claimMarks(client, all, Math.ceil(MARKS / all.length));
    if (marks === 0) return NOTHING;
    const { now, later } = planSpans(bucketSpans(await withEnds(client, spans)), buckets);
    await markSpans(client, later);
    return { ...(await this.ofSpans(client, now)), marks, later: later.length };
  }

  /** These spans, marked or not. @param audit hears what was other than it should be; then nothing is taken for granted. */
  async ofSpans(
    client: PoolClient,
    spans: readonly BucketSpan[],
    audit: Audit | null = null,
  ): Promise<PassResult> {
    // Before the horizon there may be no readings any more: what was computed of them stays.
    const horizonMs = await readHorizon(client);
    const asked = since(horizonMs, spans);
    if (asked.length === 0) return NOTHING;
    const facts = await this.known.find(
      client,
      asked.map(({ seriesId }) => seriesId),
    );
    const kindOf = (seriesId: number) => energyKindOf(facts(seriesId).measurand);
    const around = (await neighbourhoodsOf(client, asked, kindOf)).map((span) => ({
      ...span,
      inner: { ...span.inner, fromMs: Math.max(span.inner.fromMs, horizonMs) },
    }));
    await stageSpans(client, around);
    const samples = await readSpans(client, around);
    const conflicts = await readConflicts(client, around.length);
    const edits = await readEdits(client);
    const readings = await this.readings.withSessions(client, around, facts, samples, edits);
    const findings =
      this.thresholds === null ? null : await FindingsOfPass.read(client, this.thresholds, facts, this.hear);
    const registers = await RegistersOfPass.read(
      client,
      around.map(({ seriesId }) => seriesId).filter((id) => kindOf(id) === 'register'),
    );
    const slices = new SliceDiff(await readSlices(client));
    const estimates = new EstimateDiff(await readEstimates(client));
    const stored = await readRollups(client);
    const computed = new Map<number, { inner: Buckets; buckets: readonly BucketRow[] }[]>();
    around.forEach(({ seriesId, inner }, index) => {
      const { measurand, unit } = facts(seriesId);
      const edited = readings(index);
      const lost = conflicts[index] ?? [];
      const semantics = registers.semanticsOf(seriesId);
      const rollups = computeRollups({
        measurand,
        unit,
        semantics,
        ...inner,
        readings: edited.readings,
        excluded: edited.excluded,
        conflictsMs: lost.map(({ ms }) => ms),
      });
      // Rules judge what was read: an edit neither makes nor removes what they find.
      const { asRead } = edited;
      findings?.ofReadings(seriesId, {
        ...inner,
        readings: asRead,
        energy:
          asRead === edited.readings ? rollups.energy : energyFound(kindOf(seriesId), asRead, semantics),
        conflicts: lost,
      });
      const known = computed.get(seriesId);
      if (known === undefined) computed.set(seriesId, [{ inner, buckets: rollups.buckets }]);
      else known.push({ inner, buckets: rollups.buckets });
      for (const slice of rollups.slices) slices.computed(seriesId, slice);
      registers.found(seriesId, rollups.evidence);
      for (const estimate of rollups.estimates) estimates.made(seriesId, estimate);
    });
    const changes = new ChangedRollups((seriesId) => facts(seriesId).chargePointId, audit);
    for (const [seriesId, spans] of computed) {
      const rows = stored.get(seriesId) ?? noRollups();
      const hours = findChanges(seriesId, rows, spans, changes, audit !== null);
      findings?.ofHours(seriesId, hours, rows[1], audit !== null);
    }
    const changed = await changes.write(client);
    const changedSlices = await settleSlices(client, slices, audit);
    await settleEstimates(client, estimates, audit);
    const recounted = await recount(client, changes.cameOrWent);
    audit?.differed(
      'rollup_1d',
      recounted.map(({ seriesId, dayMs }) => ({ seriesId, ms: dayMs })),
    );
    const found = (await findings?.write(client, audit)) ?? NO_FINDINGS;
    await raiseVersions(client, [...changes.days, ...recounted]);
    await markSpans(client, await registers.write(client, audit));
    return {
      marks: 0,
      spans: around.length,
      readings: samples.length,
      changed: changed + changedSlices + recounted.length,
      later: 0,
      findings: found,
    };
  }
}

/** What of the spans is not older than the horizon. */
function since(horizonMs: number, spans: readonly BucketSpan[]): readonly BucketSpan[] {
  if (spans.every(({ fromMs }) => fromMs >= horizonMs)) return spans;
  return spans.flatMap((span) =>
    span.toMs <= horizonMs ? [] : [{ ...span, fromMs: Math.max(span.fromMs, horizonMs) }],
  );
}

/** Answers how many were written or removed. */
async function settleSlices(client: PoolClient, slices: SliceDiff, audit: Audit | null): Promise<number> {
  const changes = slices.changes();
  await writeSlices(client, changes);
  const all = [...changes.added, ...changes.changed, ...changes.gone];
  audit?.differed(
    'transaction_slices',
    all.map(({ seriesId, bucketMs }) => ({ seriesId, ms: bucketMs })),
  );
  const sessions = audit === null ? new Set(all.map(({ session }) => session)) : slices.sessions;
  const updated = await updateTransactions(client, [...sessions]);
  audit?.differed('transactions', updated);
  return all.length;
}

async function settleEstimates(
  client: PoolClient,
  estimates: EstimateDiff,
  audit: Audit | null,
): Promise<void> {
  const gone = estimates.gone();
  await writeEstimates(client, gone, estimates.added);
  const places = [...gone, ...estimates.added].map(({ seriesId, toMs }) => [seriesId, toMs] as const);
  const differing = new Map(places.map(([seriesId, ms]) => [`${seriesId}/${ms}`, { seriesId, ms }]));
  audit?.differed('estimates', [...differing.values()]);
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

/** Which series are the energy of their charge point, on days on which one came or went. Answers where that changed. */
async function recount(client: PoolClient, cameOrWent: ChangedRollups['cameOrWent']): Promise<DayMember[]> {
  const days = new Map<string, DayMember[]>();
  for (const member of await readDayMembers(client, cameOrWent)) {
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
  return changed;
}
