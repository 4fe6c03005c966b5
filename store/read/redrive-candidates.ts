import { fieldsOf } from '../encryption/fields-of.js';
import { openPart, type PlaceInLog, type StoredRaw } from '../encryption/quarantined-raw.js';
import type { QuarantinedPart, QuarantinePosition, QuarantineStatus } from './quarantine.js';
import { preferIndexes } from './prefer-indexes.js';
import type { Query } from './read-database.js';
import { timeParameter } from './time-parameter.js';
import { isOfSites } from './visible-charge-points.js';

/** An open part with all of its raw. */
export type RedriveCandidate = Pick<
  QuarantinedPart,
  'id' | 'chargePointId' | 'protocol' | 'messageId' | 'raw' | 'rawKind' | 'receivedAt'
>;

/** Which open parts; undefined: all. */
export interface RedriveFilter {
  readonly ids: readonly number[] | undefined;
  readonly reason: string | undefined;
  readonly chargePointId: string | undefined;
  /** Only of charge points of these sites; null: of all, and of none. */
  readonly sites: readonly string[] | null;
}

export interface RedriveQuestion extends RedriveFilter {
  readonly after: QuarantinePosition | undefined;
  readonly limit: number;
  /** Raw bytes of all that is given, at most; a single larger part is given alone. */
  readonly maxBytes: number;
}

/** The lengths are known without reading raw itself; it is read of those alone that fit. */
const SQL = `
  with next as materialized (
    select id, received_at, octet_length(raw) as bytes
    from quarantine
    where status = 'open'
      and ($1::bigint[] is null or id = any($1))
      and ($2::text is null or reason = $2)
      and ($3::text is null or charge_point_id = $3)
      and ($5::bigint is null or (received_at, id) > ($4::timestamptz, $5))
      and ${isOfSites('charge_point_id', '$8')}
    order by received_at, id
    limit $6::integer + 1
  ), measured as (
    select id, row_number() over oldest_first as place, sum(bytes) over oldest_first as total
    from next
    window oldest_first as (order by received_at, id)
  )
  select q.id, q.charge_point_id as "chargePointId", q.protocol, q.message_id as "messageId", q.raw,
    octet_length(q.raw) as "rawBytes", q.raw_key as "rawKey", q.detail, q.topic, q.partition, q."offset", q.path,
    q.raw_kind as "rawKind", q.received_at as "receivedAt", (select count(*) from next) as candidates
  from measured m
  join quarantine q on q.id = m.id
  where m.place <= $6 and (m.total <= $7 or m.place = 1)
  order by m.place`;

type StoredCandidate = RedriveCandidate & StoredRaw & PlaceInLog & { readonly candidates: number };

/** Open parts, the oldest first, and whether there are more after them. */
export async function readRedriveCandidates(
  query: Query,
  question: RedriveQuestion,
): Promise<{ readonly parts: readonly RedriveCandidate[]; readonly more: boolean }> {
  const { after } = question;
  await preferIndexes(query);
  const rows = await query<StoredCandidate>(SQL, [
    question.ids ?? null,
    question.reason ?? null,
    question.chargePointId ?? null,
    timeParameter(after?.receivedAtMs),
    after?.id ?? null,
    question.limit,
    question.maxBytes,
    question.sites,
  ]);
  const parts = rows.map((row) => {
    const { id, chargePointId, protocol, messageId, raw, rawKind, receivedAt } = openPart(
      fieldsOf(query),
      row,
    );
    return { id, chargePointId, protocol, messageId, raw, rawKind, receivedAt };
  });
  return { parts, more: (rows[0]?.candidates ?? 0) > rows.length };
}

/** What is known of ids that somebody asked for; those that don't exist are missing. */
export interface AskedPart {
  readonly id: number;
  readonly status: QuarantineStatus;
  /** Whether the filter's reason and charge point are the part's. */
  readonly fits: boolean;
}

const ASKED = `
  select id, status, ($2::text is null or reason = $2) and ($3::text is null or charge_point_id is not distinct from $3) as fits
  from quarantine
  where id = any($1::bigint[]) and ${isOfSites('charge_point_id', '$4')}`;

export function readAskedParts(
  query: Query,
  { ids, reason, chargePointId, sites }: RedriveFilter & { readonly ids: readonly number[] },
): Promise<AskedPart[]> {
  return query<AskedPart>(ASKED, [ids, reason ?? null, chargePointId ?? null, sites]);
}
