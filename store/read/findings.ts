import { preferIndexes } from './prefer-indexes.js';
import type { Query } from './read-database.js';
import { timeParameter } from './time-parameter.js';
import { isOfSites, type Visible } from './visible-charge-points.js';

/** What became of a finding; withdrawn: an operator dealt with it, and the readings no longer say so. */
export const FINDING_STATES = ['open', 'confirmed', 'excluded', 'edited', 'withdrawn'] as const;
export type FindingState = (typeof FINDING_STATES)[number];

/** What a rule found. */
export interface FoundFinding {
  readonly id: number;
  readonly chargePointId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly measurand: string;
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
  readonly rule: string;
  readonly from: Date;
  readonly to: Date;
  readonly state: FindingState;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly detectedAt: Date;
}

/** Which findings; undefined: all. */
export interface FindingsFilter extends Visible {
  readonly connectorId: number | undefined;
  readonly measurand: string | undefined;
  readonly rule: string | undefined;
  readonly state: FindingState | undefined;
  /** Half-open, on the begin of the finding, ms. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

export interface FindingsQuestion extends FindingsFilter {
  /** The place in the list. */
  readonly before: { readonly fromMs: number; readonly id: number } | undefined;
  readonly limit: number;
}

const STATE = `case when f.withdrawn_at is not null then 'withdrawn' else f.state end`;

/** Of {@link FindingsFilter}: `$1` to `$8`. */
export const OF_SERIES = `
  ($1::text[] is null or s.charge_point_id = any($1))
    and ($2::integer is null or s.connector_id = $2)
    and ($3::text is null or s.measurand = $3)
    and ${isOfSites('s.charge_point_id', '$8')}`;
export const OF_FINDING = `
  ($4::text is null or f.rule = $4)
    and ($5::text is null or ${STATE} = $5)
    and ($6::timestamptz is null or f.from_ts >= $6)
    and ($7::timestamptz is null or f.from_ts < $7)`;

export function findingsFilterValues(filter: FindingsFilter): unknown[] {
  return [
    filter.chargePointIds ?? null,
    filter.connectorId ?? null,
    filter.measurand ?? null,
    filter.rule ?? null,
    filter.state ?? null,
    timeParameter(filter.fromMs),
    timeParameter(filter.toMs),
    filter.sites,
  ];
}

const NEWEST_FIRST = `
      and ${OF_FINDING}
      and ($10::bigint is null or (f.from_ts, f.id) < ($9::timestamptz, $10))
    order by f.from_ts desc, f.id desc
    limit $11`;

/** Walks (from_ts, id) backwards. */
const OF_ALL = `
    select f.* from findings f join series s on s.id = f.series_id
    where ${OF_SERIES} ${NEWEST_FIRST}`;

/** Walks the findings of each series backwards, up to a page; the heads are then merged. */
const BY_SERIES = `
    select f.* from series s
    cross join lateral (
      select f.* from findings f where f.series_id = s.id ${NEWEST_FIRST}
    ) f
    where ${OF_SERIES}
    order by f.from_ts desc, f.id desc
    limit $11`;

const statement = (page: string): string => `
  with page as (${page}
  )
  select f.id, s.charge_point_id as "chargePointId", s.evse_id as "evseId", s.connector_id as "connectorId", s.measurand,
    s.phase, s.location, s.unit, f.rule, f.from_ts as "from", f.to_ts as "to", ${STATE} as state, f.evidence,
    f.detected_at as "detectedAt"
  from page f join series s on s.id = f.series_id
  order by f.from_ts desc, f.id desc`;

/** Those that begin last first. */
export async function readFindings(query: Query, question: FindingsQuestion): Promise<FoundFinding[]> {
  await preferIndexes(query);
  const { chargePointIds, before, limit } = question;
  return query<FoundFinding>(statement(chargePointIds === undefined ? OF_ALL : BY_SERIES), [
    ...findingsFilterValues(question),
    timeParameter(before?.fromMs),
    before?.id ?? null,
    limit,
  ]);
}
