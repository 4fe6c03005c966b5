import { preferIndexes } from './prefer-indexes.js';
import type { Query } from './read-database.js';
import { storedReadingColumns, type StoredReading } from './stored-reading.js';
import { timeParameter } from './time-parameter.js';
import { isOfSites, type Visible } from './visible-charge-points.js';

/** A value that lost against another one of the same key. */
export interface LosingReading extends StoredReading {
  /** Of the conflict. */
  readonly id: number;
  readonly receivedAt: Date;
}

/** Which conflicts; undefined: all. */
export interface ConflictsFilter extends Visible {
  readonly connectorId: number | undefined;
  readonly measurand: string | undefined;
  readonly context: string | undefined;
  /** Half-open, on the time of the reading, ms. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/** The place of a conflict in the list. */
export interface ConflictPosition {
  readonly timestampMs: number;
  readonly id: number;
}

export interface ConflictsQuestion extends ConflictsFilter {
  readonly before: ConflictPosition | undefined;
  readonly limit: number;
}

/** Of {@link ConflictsFilter}: `$1` to `$7`. */
export const OF_SERIES = `
  ($1::text[] is null or s.charge_point_id = any($1))
    and ($2::integer is null or s.connector_id = $2)
    and ($3::text is null or s.measurand = $3)
    and ${isOfSites('s.charge_point_id', '$7')}`;
export const OF_CONFLICT = `
  ($4::text is null or c.context = (select id from contexts where name = $4))
    and ($5::timestamptz is null or c.ts >= $5)
    and ($6::timestamptz is null or c.ts < $6)`;

export function conflictsFilterValues(filter: ConflictsFilter): unknown[] {
  return [
    filter.chargePointIds ?? null,
    filter.connectorId ?? null,
    filter.measurand ?? null,
    filter.context ?? null,
    timeParameter(filter.fromMs),
    timeParameter(filter.toMs),
    filter.sites,
  ];
}

const NEWEST_FIRST = `
      and ${OF_CONFLICT}
      and ($9::bigint is null or (c.ts, c.id) < ($8::timestamptz, $9))
    order by c.ts desc, c.id desc
    limit $10`;

/** Walks (ts, id) backwards. */
const OF_ALL = `
    select c.* from reading_conflicts c join series s on s.id = c.series_id
    where ${OF_SERIES} ${NEWEST_FIRST}`;

/** Walks the primary key of each series backwards, up to a page; the heads are then merged. */
const BY_SERIES = `
    select c.* from series s
    cross join lateral (
      select c.* from reading_conflicts c where c.series_id = s.id ${NEWEST_FIRST}
    ) c
    where ${OF_SERIES}
    order by c.ts desc, c.id desc
    limit $10`;

/** The dictionaries are joined to the page alone. */
const statement = (page: string): string => `
  with page as (${page}
  )
  select p.id, p.received_at as "receivedAt", ${storedReadingColumns('p')}
  from page p
  join series s on s.id = p.series_id
  join contexts c on c.id = p.context
  order by p.ts desc, p.id desc`;

/** Losing values, those of the newest time first. */
export async function readConflicts(query: Query, question: ConflictsQuestion): Promise<LosingReading[]> {
  await preferIndexes(query);
  const { text, values } = conflictsStatement(question);
  return query<LosingReading>(text, values);
}

/** The statement itself, so that its plan can be looked at. */
export function conflictsStatement(question: ConflictsQuestion): { text: string; values: unknown[] } {
  const { before } = question;
  return {
    text: statement(question.chargePointIds === undefined ? OF_ALL : BY_SERIES),
    values: [
      ...conflictsFilterValues(question),
      timeParameter(before?.timestampMs),
      before?.id ?? null,
      question.limit,
    ],
  };
}
