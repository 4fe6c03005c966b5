import type { Estimate } from '../../store/rollups/estimates.js';
import { energyKindOf, isPower, type EnergyKind } from './energy/measurands.js';
import type { Flow } from './energy/flow.js';
import { intervalFlows, type IntervalFlows } from './energy/interval-flows.js';
import { registerFlows, type RegisterFlows } from './energy/register-flows.js';
import { samplesOf, type EnergyReading } from './energy/sample.js';
import { findEvidence, NO_EVIDENCE, type Evidence, type Semantics } from './energy/semantics.js';
import { spread } from './energy/spread.js';
import { Rhythm } from './rhythm.js';

export const BUCKET_MS = 900_000;
/** Between two samples nearer than this, the mean power says little: registers have steps. */
const POWER_STEP_MS = 60_000;
const HOUR_MS = 3_600_000;

export interface WindowReading extends EnergyReading {
  /** Its context is Transaction.End, and it names its transaction itself. */
  readonly isEnd: boolean;
  /** When its message was received, ms since 1970 UTC; of a reading that was sent twice, one of the two. */
  readonly receivedMs: number;
}

/** Readings of one series around the buckets that are to be computed, in the order of time. */
export interface SeriesWindow {
  readonly measurand: string;
  readonly unit: string;
  readonly semantics: Semantics;
  /** Begin of the first bucket, and of the first one after them; ms since 1970 UTC. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Also those outside of the buckets that the energy in them depends on. */
  readonly readings: readonly WindowReading[];
  /** Readings that edits left out: of them alone ends of sessions count. Default: none. */
  readonly excluded?: readonly WindowReading[];
  /** Times of values that lost against another one of the same key. */
  readonly conflictsMs: readonly number[];
}

export interface Samples {
  readonly first: WindowReading;
  readonly last: WindowReading;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
}

export interface BucketEnergy {
  measuredWh: number;
  estimatedWh: number;
  suspectWh: number;
}

/** One row of `rollup_15m`. */
export interface BucketRow {
  readonly bucketMs: number;
  count: number;
  conflicts: number;
  /** null: no sample. */
  samples: { -readonly [K in keyof Samples]: Samples[K] } | null;
  /** null: the series has no energy. */
  energy: BucketEnergy | null;
  energySamples: number;
  readonly rhythm: Rhythm;
}

/** One row of `transaction_slices`. */
export interface SessionSlice {
  readonly bucketMs: number;
  readonly session: number;
  firstMs: number | null;
  lastMs: number | null;
  energy: BucketEnergy | null;
  maxPowerW: number | null;
  isEnded: boolean;
}

export interface ComputedSeries {
  readonly buckets: readonly BucketRow[];
  readonly slices: readonly SessionSlice[];
  /** By begin of the bucket; of registers only. */
  readonly evidence: ReadonlyMap<number, Evidence>;
  /** How its energy was found; null: the series has none. */
  readonly energy: EnergyFound | null;
  /** Of registers only: those that end within the buckets. */
  readonly estimates: readonly Estimate[];
}

export type EnergyFound =
  ({ readonly kind: 'register' } & RegisterFlows) | ({ readonly kind: 'interval' } & IntervalFlows);

/** What the buckets of a series hold: a pure function of its readings. */
export function computeRollups(window: SeriesWindow): ComputedSeries {
  return new Computation(window).run();
}

/** How the energy of readings in the order of time is found, by the kind of their series; null: it has none. */
export function energyFound(
  kind: EnergyKind | null,
  readings: readonly EnergyReading[],
  semantics: Semantics,
): EnergyFound | null {
  if (kind === 'register') return { kind, ...registerFlows(readings, semantics) };
  return kind === 'interval' ? { kind, ...intervalFlows(readings) } : null;
}

class Computation {
  private readonly buckets = new Map<number, BucketRow>();
  private readonly slices = new Map<string, SessionSlice>();
  /** The ones asked for last: neighbours in time mostly ask for the same. */
  private bucket: BucketRow | undefined;
  private slice: SessionSlice | undefined;
  private readonly evidence = new Map<number, Evidence>();
  private readonly estimates: Estimate[] = [];
  private readonly kind: EnergyKind | null;
  private readonly isPower: boolean;

  constructor(private readonly window: SeriesWindow) {
    this.kind = energyKindOf(window.measurand);
    this.isPower = isPower(window);
  }

  run(): ComputedSeries {
    const { readings, excluded = [], conflictsMs, semantics } = this.window;
    const samples = samplesOf(readings, { zerosLast: this.kind === 'register' });
    for (const sample of samples) this.addSample(sample);
    for (const ms of conflictsMs) if (this.isWithin(ms)) this.bucketAt(ms).conflicts += 1;
    if (this.kind === 'register') findEvidence(samples, (ms, what) => this.addEvidence(ms, what));
    const energy = energyFound(this.kind, readings, semantics);
    if (energy !== null) this.addFlows(energy);
    if (this.hasSlices) {
      this.addEnds(readings);
      this.addEnds(excluded);
    }
    return {
      buckets: [...this.buckets.values()].filter(isWorthARow),
      slices: [...this.slices.values()],
      evidence: this.evidence,
      energy,
      estimates: this.estimates,
    };
  }

  /** Slices are of the energy that is billed, and of power. */
  private get hasSlices(): boolean {
    return this.isPower || (this.kind !== null && this.window.unit === 'Wh');
  }

  private addSample(sample: WindowReading): void {
    if (!this.isWithin(sample.ms)) return;
    const bucket = this.bucketAt(sample.ms);
    const { value } = sample;
    bucket.count += 1;
    bucket.rhythm.add(sample);
    if (bucket.samples === null) {
      bucket.samples = { first: sample, last: sample, min: value, max: value, sum: value };
    } else {
      bucket.samples.last = sample;
      bucket.samples.min = Math.min(bucket.samples.min, value);
      bucket.samples.max = Math.max(bucket.samples.max, value);
      bucket.samples.sum += value;
    }
    if (sample.session === null || !this.hasSlices) return;
    const slice = this.sliceAt(sample.ms, sample.session);
    slice.firstMs ??= sample.ms;
    slice.lastMs = sample.ms;
    if (this.isPower) slice.maxPowerW = Math.max(slice.maxPowerW ?? value, value);
  }

  private addEvidence(ms: number, what: keyof Evidence): void {
    if (!this.isWithin(ms)) return;
    const bucketMs = bucketOf(ms);
    const known = this.evidence.get(bucketMs) ?? NO_EVIDENCE;
    this.evidence.set(bucketMs, { ...known, [what]: known[what] + 1 });
  }

  private addFlows({ chain, flows }: { chain: readonly EnergyReading[]; flows: readonly Flow[] }): void {
    for (const { ms } of chain) if (this.isWithin(ms)) this.bucketAt(ms).energySamples += 1;
    for (const flow of flows) this.addFlow(flow);
  }

  private addFlow(flow: Flow): void {
    const { fromMs, toMs } = this.window;
    const { session, stepMs, wh } = flow;
    if (flow.kind === 'estimated') this.addEstimate(flow);
    const isSliced = session !== null && this.hasSlices;
    const bucketMs = bucketOf(flow.fromMs);
    if (wh !== 0 && flow.toMs <= bucketMs + BUCKET_MS && flow.toMs > flow.fromMs) {
      // Most steps lie in one bucket.
      if (this.isWithin(bucketMs)) this.addEnergy(bucketMs, flow, wh, isSliced);
    } else if (wh !== 0) {
      for (const part of spread(flow, BUCKET_MS, fromMs, toMs)) {
        if (part.wh !== 0) this.addEnergy(part.bucketMs, flow, part.wh, isSliced);
      }
    }
    if (!isSliced || stepMs === null || stepMs < POWER_STEP_MS || !this.isWithin(flow.toMs)) return;
    const slice = this.sliceAt(flow.toMs, session);
    slice.maxPowerW = Math.max(slice.maxPowerW ?? 0, (wh * HOUR_MS) / stepMs);
  }

  /** What stood still needs none. */
  private addEstimate({ fromMs, toMs, wh: energy, ends }: Flow): void {
    if (ends === null || energy === 0 || !this.isWithin(toMs)) return;
    this.estimates.push({ fromMs, toMs, fromValue: ends.from, toValue: ends.to, energy });
  }

  private addEnergy(bucketMs: number, { kind, session }: Flow, wh: number, isSliced: boolean): void {
    add(this.bucketAt(bucketMs).energy, kind, wh);
    if (isSliced && session !== null) add(this.sliceAt(bucketMs, session).energy, kind, wh);
  }

  private addEnds(readings: readonly WindowReading[]): void {
    for (const { ms, session, isEnd } of readings) {
      if (isEnd && session !== null && this.isWithin(ms)) this.sliceAt(ms, session).isEnded = true;
    }
  }

  private isWithin(ms: number): boolean {
    return ms >= this.window.fromMs && ms < this.window.toMs;
  }

  private bucketAt(ms: number): BucketRow {
    const bucketMs = bucketOf(ms);
    if (this.bucket?.bucketMs === bucketMs) return this.bucket;
    let bucket = this.buckets.get(bucketMs);
    if (bucket === undefined) {
      const energy = this.kind === null ? null : noEnergy();
      bucket = {
        bucketMs,
        count: 0,
        conflicts: 0,
        samples: null,
        energy,
        energySamples: 0,
        rhythm: new Rhythm(),
      };
      this.buckets.set(bucketMs, bucket);
    }
    this.bucket = bucket;
    return bucket;
  }

  private sliceAt(ms: number, session: number): SessionSlice {
    const bucketMs = bucketOf(ms);
    if (this.slice?.bucketMs === bucketMs && this.slice.session === session) return this.slice;
    const key = `${bucketMs}/${session}`;
    let slice = this.slices.get(key);
    if (slice === undefined) {
      const energy = this.kind === null ? null : noEnergy();
      slice = { bucketMs, session, firstMs: null, lastMs: null, energy, maxPowerW: null, isEnded: false };
      this.slices.set(key, slice);
    }
    this.slice = slice;
    return slice;
  }
}

const noEnergy = (): BucketEnergy => ({ measuredWh: 0, estimatedWh: 0, suspectWh: 0 });

export const bucketOf = (ms: number): number => Math.floor(ms / BUCKET_MS) * BUCKET_MS;

function add(energy: BucketEnergy | null, kind: Flow['kind'], wh: number): void {
  if (energy === null) return;
  if (kind === 'measured') energy.measuredWh += wh;
  else if (kind === 'estimated') energy.estimatedWh += wh;
  else energy.suspectWh += wh;
}

/** Looking for a bucket makes one: those in which nothing was found are no rows. */
function isWorthARow({ count, conflicts, energy }: BucketRow): boolean {
  if (count > 0 || conflicts > 0) return true;
  return energy !== null && (energy.measuredWh !== 0 || energy.estimatedWh !== 0 || energy.suspectWh !== 0);
}
