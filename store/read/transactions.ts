import { preferIndexes } from './prefer-indexes.js';
import type { Query } from './read-database.js';
import { timeParameter } from './time-parameter.js';

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
}

/** The place of a session in the list. */
export interface TransactionPosition {
  /** Time of the start, else of the end, ms; null when the session has neither. */
  readonly atMs: number | null;
  readonly rowId: number;
}

export interface TransactionsQuestion {
  /** undefined: of all. At most a hundred: each is a walk of its own. */
  readonly chargePointIds: readonly string[] | undefined;
  readonly statuses: readonly TransactionStatus[];
  readonly connectorId: number | undefined;
  /** Half-open, on the time of the start: sessions without one are left out. ms. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly before: TransactionPosition | undefined;
  readonly limit: number;
}

const LISTED_BY = `coalesce(t.started_at, t.ended_at, timestamptz '-infinity')`;

/** The bounds on the listed time say the same as those on the start, and are what the index can use. */
const BOUNDS = `
    ($3::integer is null or t.connector_id = $3)
      and ($4::timestamptz is null or t.started_at >= $4 and ${LISTED_BY} >= $4)
      and ($5::timestamptz is null or t.started_at < $5 and ${LISTED_BY} < $5)
      and ($7::bigint is null or (${LISTED_BY}, t.id) < ($6::timestamptz, $7))
    order by ${LISTED_BY} desc, t.id desc
    limit $8`;

/**
 * Each charge point (or each status) is walked backwards by its index, up to a page; the heads are then merged. Without
 * charge points $1 is null, with them the status is looked at row by row.
 */
const statement = (each: string): string => `
  select t.id as "rowId", t.external_id as id, t.charge_point_id as "chargePointId",
    t.evse_id as "evseId", t.connector_id as "connectorId", t.status,
    coalesce(t.id_tag, t.stop_id_tag) as "idTag", t.started_at as "startedAt",
    t.meter_start_wh as "meterStartWh", t.ended_at as "endedAt", t.meter_stop_wh as "meterStopWh",
    t.stop_reason as reason
  from ${each} and ${BOUNDS}
  ) t
  order by ${LISTED_BY} desc, t.id desc
  limit $8`;

const BY_CHARGE_POINT = statement(`unnest($1::text[]) as asked (charge_point_id)
  cross join lateral (
    select t.* from transactions t
    where t.charge_point_id = asked.charge_point_id and t.status = any($2::text[])`);

const BY_STATUS = statement(`unnest($2::text[]) as asked (status)
  cross join lateral (
    select t.* from transactions t
    where t.status = asked.status and $1::text[] is null`);

/** Charging sessions, newest first. */
export async function readTransactions(
  query: Query,
  question: TransactionsQuestion,
): Promise<ChargingSession[]> {
  await preferIndexes(query);
  const { text, values } = transactionsStatement(question);
  return query<ChargingSession>(text, values);
}

/** The statement itself, so that its plan can be looked at. */
export function transactionsStatement(question: TransactionsQuestion): { text: string; values: unknown[] } {
  const { chargePointIds, before } = question;
  return {
    text: chargePointIds === undefined ? BY_STATUS : BY_CHARGE_POINT,
    values: [
      chargePointIds ?? null,
      question.statuses,
      question.connectorId ?? null,
      timeParameter(question.fromMs),
      timeParameter(question.toMs),
      before === undefined ? null : (timeParameter(before.atMs ?? undefined) ?? '-infinity'),
      before?.rowId ?? null,
      question.limit,
    ],
  };
}
