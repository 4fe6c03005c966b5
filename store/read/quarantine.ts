import type { Query } from './read-database.js';

export interface QuarantinedPart {
  readonly id: number;
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
  readonly receivedAt: Date;
  /** Where on the message log it came from. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface QuarantineQuestion {
  readonly reason: string | undefined;
  readonly chargePointId: string | undefined;
  /** Only ids below this one; undefined: from the newest. */
  readonly before: number | undefined;
  readonly limit: number;
  readonly maxRawBytes: number;
}

/** Walks (reason, id), (charge_point_id, id) or the primary key backwards. */
const SQL = `
  select id, reason, detail, charge_point_id as "chargePointId", protocol, message_id as "messageId", path,
    substring(raw from 1 for $5::integer) as raw, octet_length(raw) as "rawBytes",
    received_at as "receivedAt", topic, partition, "offset"
  from quarantine
  where ($1::text is null or reason = $1)
    and ($2::text is null or charge_point_id = $2)
    and ($3::bigint is null or id < $3)
  order by id desc
  limit $4`;

/** What could not become a reading, newest first. */
export function readQuarantine(query: Query, question: QuarantineQuestion): Promise<QuarantinedPart[]> {
  return query<QuarantinedPart>(SQL, [
    question.reason ?? null,
    question.chargePointId ?? null,
    question.before ?? null,
    question.limit,
    question.maxRawBytes,
  ]);
}
