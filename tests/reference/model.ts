/** What the reference takes and what it answers: natural keys only, times in ms since 1970. */

export interface Series {
  readonly chargePointId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly measurand: string;
  /** '' is none. */
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
}

export interface Reading {
  readonly series: Series;
  readonly timestampMs: number;
  /** By its name, such as Sample.Periodic. */
  readonly context: string;
  readonly value: number;
  /** As the charge point names it; null where the reading names none. */
  readonly transaction: string | null;
  /** What edits made of it; absent: nothing. */
  readonly typed?: 'replaced' | 'inserted';
  readonly isConfirmed?: boolean;
}

/** What an operator decided about some instants of a series. */
export interface Edit {
  readonly series: Series;
  readonly id: number;
  readonly action: 'confirm' | 'exclude' | 'replace' | 'insert';
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
  readonly value: number | null;
  /** That an inserted value names. */
  readonly transaction: string | null;
}

/** A value that lost against another one of the same key. */
export interface Conflict {
  readonly series: Series;
  readonly timestampMs: number;
}

/** A session that a StartTransaction told of. */
export interface Session {
  readonly chargePointId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly transaction: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
}

export interface Facts {
  /** Unique by series, time and context; in any order. */
  readonly readings: readonly Reading[];
  readonly conflicts: readonly Conflict[];
  readonly sessions: readonly Session[];
  /** Those that were not undone. */
  readonly edits: readonly Edit[];
}

/** Values are null where the bucket has no sample, energies where the series has none. */
export interface BucketRow {
  readonly series: string;
  readonly bucketMs: number;
  readonly count: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly sum: number | null;
  readonly first: number | null;
  readonly firstMs: number | null;
  readonly last: number | null;
  readonly lastMs: number | null;
  readonly conflicts: number;
  readonly measuredWh: number | null;
  readonly estimatedWh: number | null;
  readonly suspectWh: number | null;
}

export interface DayRow extends BucketRow {
  /** 2: the energy of its charge point and of its place; 1: of its place alone; 0: of neither. */
  readonly countsAs: number;
}

export interface Evidence {
  readonly restarts: number;
  readonly continuations: number;
  readonly clockContradictions: number;
  readonly clockAgreements: number;
  readonly boundaryContradictions: number;
  readonly boundaryAgreements: number;
}

export interface SemanticsRow extends Evidence {
  readonly series: string;
  readonly kind: 'lifetime' | 'session';
  readonly ignoresClock: boolean;
  readonly ignoresBoundary: boolean;
}

export interface SliceRow {
  readonly series: string;
  readonly bucketMs: number;
  readonly transaction: string;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  readonly measuredWh: number | null;
  readonly estimatedWh: number | null;
  readonly suspectWh: number | null;
  readonly maxPowerW: number | null;
  readonly isEnded: boolean;
}

export interface Aggregates {
  readonly buckets15m: readonly BucketRow[];
  readonly buckets1h: readonly BucketRow[];
  readonly buckets1d: readonly DayRow[];
  readonly semantics: readonly SemanticsRow[];
  readonly slices: readonly SliceRow[];
}

export const MINUTE_MS = 60_000;
export const QUARTER_MS = 900_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export function seriesText(series: Series): string {
  const { chargePointId, evseId, connectorId, measurand, phase, location, unit } = series;
  return [chargePointId, evseId, connectorId, measurand, phase, location, unit].join(' | ');
}

/** Half-open: a time on an edge belongs to what begins there. */
export function bucketOf(timeMs: number, lengthMs: number): number {
  return Math.floor(timeMs / lengthMs) * lengthMs;
}

export function isRegister({ measurand }: Series): boolean {
  return /^Energy\..+\.Register$/.test(measurand);
}

export function isInterval({ measurand }: Series): boolean {
  return /^Energy\..+\.Interval$/.test(measurand);
}

/** By code units, as `<` compares texts. */
export function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export function grouped<Key, T>(all: readonly T[], keyOf: (each: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const each of all) {
    const key = keyOf(each);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return groups;
}
