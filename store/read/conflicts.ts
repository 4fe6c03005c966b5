import type { Query } from './read-database.js';
import type { StoredReading } from './stored-reading.js';

/** A value that lost against another one of the same key. */
export interface LosingReading extends StoredReading {
  /** Of the conflict. */
  readonly id: number;
  readonly receivedAt: Date;
}

export interface ConflictsQuestion {
  /** undefined: of every charge point. */
  readonly chargePointId: string | undefined;
  /** Only ids below this one; undefined: from the newest. */
  readonly before: number | undefined;
  readonly limit: number;
}

/** Walks the ids backwards; the dictionaries are joined to the page alone. */
const SQL = `
  with page as (
    select id, series_id, ts, context, value, transaction_id, quality, received_at
    from reading_conflicts
    where ($1::text is null or series_id in (select id from series where charge_point_id = $1))
      and ($2::bigint is null or id < $2)
    order by id desc
    limit $3
  )
  select p.id, p.received_at as "receivedAt",
    s.id as "seriesId", p.context as "contextId", s.charge_point_id as "chargePointId",
    s.evse_id as "evseId", s.connector_id as "connectorId", s.measurand, s.phase, s.location, s.unit,
    c.name as context, p.ts as timestamp, p.value, t.external_id as "transactionId", p.quality
  from page p
  join series s on s.id = p.series_id
  join contexts c on c.id = p.context
  left join transactions t on t.id = p.transaction_id
  order by p.id desc`;

/** Losing values, newest first. */
export function readConflicts(query: Query, question: ConflictsQuestion): Promise<LosingReading[]> {
  return query<LosingReading>(SQL, [question.chargePointId ?? null, question.before ?? null, question.limit]);
}
