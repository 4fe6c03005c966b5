import type { Query } from './read-database.js';
import { timeParameter } from './time-parameter.js';

/** A meter value that the meter signed, as it came. */
export interface StoredSignedValue {
  readonly id: number;
  readonly chargePointId: string;
  /** Of its session where it told none itself; null: the session's isn't known either. */
  readonly evseId: number | null;
  readonly connectorId: number | null;
  readonly measurand: string;
  readonly phase: string;
  readonly location: string;
  readonly context: string;
  readonly timestamp: Date;
  readonly transactionId: string | null;
  readonly encoding: string;
  readonly signingMethod: string;
  readonly publicKey: string;
  readonly data: string;
  readonly receivedAt: Date;
}

/** The place of a signed value in the list. */
export interface SignedValuePosition {
  readonly timestampMs: number;
  readonly id: number;
}

export interface SignedValuesQuestion {
  readonly chargePointIds: readonly string[];
  /** As the charge point names it; undefined: of all, and of none. */
  readonly transactionId: string | undefined;
  /** Half-open, ms. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly before: SignedValuePosition | undefined;
  readonly limit: number;
}

/** `which`: the values of one charge point, `asked.charge_point_id`. Each is walked backwards by an index, up to a page; the heads are then merged. */
const statement = (which: string): string => `
  with page as (
    select v.* from unnest($1::text[]) as asked (charge_point_id) cross join lateral (
      select v.* from ${which}
        and ($2::timestamptz is null or v.ts >= $2)
        and ($3::timestamptz is null or v.ts < $3)
        and ($5::bigint is null or (v.ts, v.id) < ($4::timestamptz, $5))
      order by v.ts desc, v.id desc
      limit $6
    ) v
    order by v.ts desc, v.id desc
    limit $6
  )
  select p.id, p.charge_point_id as "chargePointId",
    case when p.connector_id >= 0 then p.evse_id else t.evse_id end as "evseId",
    case when p.connector_id >= 0 then p.connector_id else t.connector_id end as "connectorId",
    p.measurand, p.phase, p.location, p.context, p.ts as timestamp, t.external_id as "transactionId", p.encoding,
    p.signing_method as "signingMethod", p.public_key as "publicKey", p.data, p.received_at as "receivedAt"
  from page p left join transactions t on t.id = p.transaction_id
  order by p.ts desc, p.id desc`;

const OF_CHARGE_POINTS = statement('signed_values v where v.charge_point_id = asked.charge_point_id');

const OF_SESSION = statement(`transactions s join signed_values v on v.transaction_id = s.id
        where s.charge_point_id = asked.charge_point_id and s.external_id = $7`);

/** Signed values, those of the newest time first. */
export function readSignedValues(query: Query, question: SignedValuesQuestion): Promise<StoredSignedValue[]> {
  const { text, values } = signedValuesStatement(question);
  return query<StoredSignedValue>(text, values);
}

/** The statement itself, so that its plan can be looked at. */
export function signedValuesStatement(question: SignedValuesQuestion): { text: string; values: unknown[] } {
  const { before, transactionId } = question;
  const values = [
    question.chargePointIds,
    timeParameter(question.fromMs),
    timeParameter(question.toMs),
    timeParameter(before?.timestampMs),
    before?.id ?? null,
    question.limit,
  ];
  return transactionId === undefined
    ? { text: OF_CHARGE_POINTS, values }
    : { text: OF_SESSION, values: [...values, transactionId] };
}
