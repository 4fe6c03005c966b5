import { fieldsOf } from '../encryption/fields-of.js';
import { openIdTags, type IdTags } from '../encryption/id-tags.js';
import { PLAN_AS_WRITTEN } from './plan-as-written.js';
import type { Query } from './read-database.js';
import { timeParameter } from './time-parameter.js';
import { isOfSites, type Visible } from './visible-charge-points.js';

export const TRANSACTION_STATUSES = ['active', 'ended', 'unmatched', 'observed'] as const;
/** active: started; ended: started and stopped; unmatched: stopped, never started; observed: only named by readings. */
export type TransactionStatus = (typeof TRANSACTION_STATUSES)[number];

/** A charging session; what was not told (yet) is null. */
export interface ChargingSession {
  /** Ours; `id` is the charge point's. */
  readonly rowId: number;
  readonly id: string;
  readonly chargePointId: string;
  readonly evseId: number | null;
  readonly connectorId: number | null;
  readonly status: TransactionStatus;
  readonly idTag: string | null;
  readonly startedAt: Date | null;
  readonly meterStartWh: number | null;
  readonly endedAt: Date | null;
  readonly meterStopWh: number | null;
  readonly reason: string | null;
  /** Of its energy and power, as far as the aggregates have come. */
  readonly firstReadingAt: Date | null;
  readonly lastReadingAt: Date | null;
  /** It has a reading of context Transaction.End. */
  readonly endWasRead: boolean;
  /** When it was last heard of: its start, its arrival, or its last reading, whichever is latest. */
  readonly heardAt: Date | null;
  /** Of its charge point. */
  readonly site: string;
  /** Its connector, or where no start has told one, that of its readings; null: not known, or not looked up. */
  readonly placeConnectorId: number | null;
}

/** The place of a session in the list. */
export interface TransactionPosition {
  /** Time of the start, else of the first reading, else of the end, ms; null when the session has none of them. */
  readonly atMs: number | null;
  readonly rowId: number;
}

/** Each charge point that is named is a walk of its own. */
export interface TransactionsQuestion extends Visible {
  readonly statuses: readonly TransactionStatus[];
  /** Whether to give names that no reading of energy or power came with, and nobody told of. */
  readonly withMereNames: boolean;
  /** As the charge point names it; undefined: all. */
  readonly transactionId: string | undefined;
  /** Whether to look up `placeConnectorId`. */
  readonly withPlace: boolean;
  /** Half-open, on the time of the start, else of the first reading: sessions without one are left out. ms. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly before: TransactionPosition | undefined;
  readonly limit: number;
}

const LISTED_BY = `coalesce(t.started_at, t.first_reading_at, t.ended_at, timestamptz '-infinity')`;
const START = 'coalesce(t.started_at, t.first_reading_at)';

/** Where its readings are from, when no start has told: see `readSessionFigures`. */
const PLACE = `
      coalesce(t.connector_id, (
        select s.connector_id from transaction_slices l cross join lateral (
          select s.connector_id, s.evse_id from series s where s.id = l.series_id offset 0
        ) s
        where l.transaction_id = t.id
        order by s.connector_id = 0, s.evse_id, s.connector_id
        limit 1
      ))`;

/** The bounds on the listed time say the same as those on the start, and are what the index can use. */
const BOUNDS = `
    ($4::timestamptz is null or ${START} >= $4 and ${LISTED_BY} >= $4)
      and ($5::timestamptz is null or ${START} < $5 and ${LISTED_BY} < $5)
      and ($7::bigint is null or (${LISTED_BY}, t.id) < ($6::timestamptz, $7))
      and ($9::boolean or t.status <> 'observed' or t.first_reading_at is not null)
      and ($10::text is null or t.external_id = $10)
      and ${isOfSites('t.charge_point_id', '$11')}
    order by ${LISTED_BY} desc, t.id desc
    limit $8`;

/**
 * Each charge point (or each status) is walked backwards by its index, up to a page; the heads are then merged. Without
 * charge points $1 is null, with them the status is looked at row by row. A session's own name is looked up at each charge
 * point: only together the two are unique.
 */
const statement = (each: string): string => `
  select t.id as "rowId", t.external_id as id, t.charge_point_id as "chargePointId",
    t.evse_id as "evseId", coalesce(nullif(t.evse_connector_id, 0), t.connector_id) as "connectorId", t.status,
    t.id_tag as "idTag", t.authorized_id_tag as "authorizedIdTag", t.stop_id_tag as "stopIdTag", t.started_at as "startedAt",
    t.meter_start_wh as "meterStartWh", t.ended_at as "endedAt", t.meter_stop_wh as "meterStopWh",
    t.stop_reason as reason, t.first_reading_at as "firstReadingAt", t.last_reading_at as "lastReadingAt",
    t.end_was_read as "endWasRead", greatest(t.start_received_at, t.started_at, t.last_reading_at) as "heardAt",
    (select c.site from charge_points c where c.id = t.charge_point_id) as site,
    case when $3::boolean then ${PLACE} end as "placeConnectorId"
  from ${each} and ${BOUNDS}
  ) t
  order by ${LISTED_BY} desc, t.id desc
  limit $8`;

const BY_CHARGE_POINT = statement(`unnest($1::text[]) as asked (charge_point_id)
  cross join lateral (
    select t.* from transactions t
    where t.charge_point_id = asked.charge_point_id and t.status = any($2::text[])`);

/** Names alone have no time: they are all at the end of their status, and nobody walks there who doesn't ask for them. */
const BY_STATUS = statement(`unnest($2::text[]) as asked (status)
  cross join lateral (
    select t.* from transactions t
    where t.status = asked.status and $1::text[] is null
      and ${LISTED_BY} >= case when asked.status = 'observed' and not $9::boolean
        then timestamptz '0001-01-01' else timestamptz '-infinity' end`);

const BY_NAME = statement(`charge_points asked
  cross join lateral (
    select t.* from transactions t
    where t.charge_point_id = asked.id and t.external_id = $10::text
      and ($1::text[] is null or asked.id = any($1)) and t.status = any($2::text[])`);

/** Run before, in the same read: by an index of names all sessions of a charge point would be read, and sorted. */
export const WALK_SESSIONS = `${PLAN_AS_WRITTEN}; set local enable_sort = off`;

/** Charging sessions, newest first. Run {@link WALK_SESSIONS} before. */
export async function readTransactions(
  query: Query,
  question: TransactionsQuestion,
): Promise<ChargingSession[]> {
  const { text, values } = transactionsStatement(question);
  const cipher = fieldsOf(query);
  const rows = await query<Omit<ChargingSession, 'idTag'> & IdTags>(text, values);
  return rows.map(({ idTag, stopIdTag, authorizedIdTag, ...session }) => ({
    ...session,
    idTag: whoOf(openIdTags(cipher, session.rowId, { idTag, stopIdTag, authorizedIdTag })),
  }));
}

/** Who started it, else who was authorized later, else who stopped it; '': its Start named nobody. */
function whoOf({ idTag, authorizedIdTag, stopIdTag }: IdTags): string | null {
  return (idTag === '' ? null : idTag) ?? authorizedIdTag ?? idTag ?? stopIdTag;
}

/** The statement itself, so that its plan can be looked at. */
export function transactionsStatement(question: TransactionsQuestion): { text: string; values: unknown[] } {
  const { chargePointIds, before, transactionId } = question;
  const byPlace = chargePointIds === undefined ? BY_STATUS : BY_CHARGE_POINT;
  return {
    text: transactionId === undefined ? byPlace : BY_NAME,
    values: [
      chargePointIds ?? null,
      question.statuses,
      question.withPlace,
      timeParameter(question.fromMs),
      timeParameter(question.toMs),
      before === undefined ? null : (timeParameter(before.atMs ?? undefined) ?? '-infinity'),
      before?.rowId ?? null,
      question.limit,
      question.withMereNames,
      transactionId ?? null,
      question.sites,
    ],
  };
}
