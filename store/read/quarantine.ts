import { fieldsOf } from '../encryption/fields-of.js';
import { openPart, SEALED_HEAD_BYTES, type StoredRaw } from '../encryption/quarantined-raw.js';
import { preferIndexes } from './prefer-indexes.js';
import type { Query } from './read-database.js';
import { timeParameter } from './time-parameter.js';
import { isOfSites, type Visible } from './visible-charge-points.js';

export const QUARANTINE_STATUSES = ['open', 'resolved'] as const;
/** resolved: sent again, and something good came of it. */
export type QuarantineStatus = (typeof QUARANTINE_STATUSES)[number];

export interface QuarantinedPart {
  readonly id: number;
  readonly status: QuarantineStatus;
  readonly reason: string;
  readonly detail: string;
  readonly chargePointId: string | null;
  readonly protocol: string | null;
  readonly messageId: string | null;
  /** JSON pointer into the payload; '' is the whole message. */
  readonly path: string;
  /** The first bytes of what was sent, at most as many as asked for. */
  readonly raw: Buffer;
  /** Length of all of it. */
  readonly rawBytes: number;
  /** What `raw` is; null when that was not kept yet. */
  readonly rawKind: string | null;
  readonly receivedAt: Date;
  readonly redrivenAt: Date | null;
  readonly resolvedAt: Date | null;
  /** Where on the message log it came from. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Which parts; undefined: all. */
export interface QuarantineFilter extends Visible {
  readonly statuses: readonly QuarantineStatus[];
  readonly reason: string | undefined;
  /** Half-open, on the time of arrival, ms. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/** The place of a part in the list. */
export interface QuarantinePosition {
  readonly receivedAtMs: number;
  readonly id: number;
}

export interface QuarantineQuestion extends QuarantineFilter {
  readonly before: QuarantinePosition | undefined;
  readonly limit: number;
  readonly maxRawBytes: number;
}

/** As a part is stored: see {@link PART_COLUMNS}. */
export type StoredPart = QuarantinedPart & StoredRaw;

/** `$1` is the number of bytes of raw that are wanted, RAW_HEAD_BYTES at most; null: all. For `openPart`. */
export const PART_COLUMNS = `
  q.id, q.status, q.reason, q.detail, q.charge_point_id as "chargePointId", q.protocol, q.message_id as "messageId", q.path,
  case when $1::integer is null then q.raw
    else substring(q.raw from 1 for case when q.raw_key is null then $1 else ${SEALED_HEAD_BYTES} end) end as raw,
  octet_length(q.raw) as "rawBytes", q.raw_key as "rawKey", q.raw_kind as "rawKind", q.received_at as "receivedAt",
  q.redriven_at as "redrivenAt", q.resolved_at as "resolvedAt", q.topic, q.partition, q."offset"`;

/**
 * Each status (of each charge point) is walked backwards by (status, received_at, id), or the index with the charge point
 * or the reason in it, up to a page; the heads are then merged.
 */
const statement = (chargePoints: { from: string; where: string }): string => `
  select ${PART_COLUMNS}
  from unnest($2::text[]) as asked (status)
  ${chargePoints.from}
  cross join lateral (
    select q.* from quarantine q
    where q.status = asked.status ${chargePoints.where}
      and ($4::text is null or q.reason = $4)
      and ($5::timestamptz is null or q.received_at >= $5)
      and ($6::timestamptz is null or q.received_at < $6)
      and ($8::bigint is null or (q.received_at, q.id) < ($7::timestamptz, $8))
      and ${isOfSites('q.charge_point_id', '$10')}
    order by q.received_at desc, q.id desc
    limit $9
  ) q
  order by q.received_at desc, q.id desc
  limit $9`;

const OF_ALL = statement({ from: '', where: 'and $3::text[] is null' });
const BY_CHARGE_POINT = statement({
  from: 'cross join unnest($3::text[]) as source (charge_point_id)',
  where: 'and q.charge_point_id = source.charge_point_id',
});

/** What could not become a reading, newest first. */
export async function readQuarantine(query: Query, question: QuarantineQuestion): Promise<QuarantinedPart[]> {
  await preferIndexes(query);
  const { text, values } = quarantineStatement(question);
  const rows = await query<StoredPart>(text, values);
  return rows.map((row) => openPart(fieldsOf(query), row, question.maxRawBytes));
}

/** The statement itself, so that its plan can be looked at. */
export function quarantineStatement(question: QuarantineQuestion): { text: string; values: unknown[] } {
  const { chargePointIds, before } = question;
  return {
    text: chargePointIds === undefined ? OF_ALL : BY_CHARGE_POINT,
    values: [
      question.maxRawBytes,
      question.statuses,
      chargePointIds ?? null,
      question.reason ?? null,
      timeParameter(question.fromMs),
      timeParameter(question.toMs),
      timeParameter(before?.receivedAtMs),
      before?.id ?? null,
      question.limit,
      question.sites,
    ],
  };
}
