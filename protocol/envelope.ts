/**
 * The value of a record on the message log: what a charge point said, when the gateway heard it, and nothing derived,
 * so that a later version can read an earlier topic again. The record's key is the charge point id.
 *
 *     envelope         = meterValues | startTransaction | stopTransaction | transactionEvent | judged | unreadable
 *     head             = v: 1, chargePointId, protocol, messageId, receivedAt, redriveOf?
 *     meterValues      = { head, kind: "meterValues", payload }            of the version that protocol names
 *     startTransaction = { head, kind: "startTransaction", transactionId, payload }
 *     stopTransaction  = { head, kind: "stopTransaction", payload }
 *     transactionEvent = { head, kind: "transactionEvent", payload }       OCPP 2.0.1 alone
 *     judged           = { head, kind: "judged", readings, session, signedValues? }
 *     unreadable       = { head, kind: "unreadable", reason, detail, raw }
 */
import { z } from 'zod';
import { isStorableId } from './identifier.js';
import { judgedFault, readingSchema, sessionSchema, signedValueSchema } from './judged-schema.js';
import type { Reading } from './reading.js';
import { REJECT_REASONS, type RejectReason } from './reject.js';
import type { SessionEvent } from './session.js';
import type { SignedValue } from './signed-value.js';
import { MAX_TRANSACTION_ID } from './transaction-id.js';

export const PROTOCOL_NAMES = ['json', 'ocpp1.6', 'ocpp2.0.1'] as const;
export type ProtocolName = (typeof PROTOCOL_NAMES)[number];

export interface EnvelopeHead {
  readonly v: 1;
  readonly chargePointId: string;
  readonly protocol: ProtocolName;
  /** The sender's id of the message; null when it had none that could be read. */
  readonly messageId: string | null;
  /** When the gateway had the whole frame, ms since 1970 UTC. "Now" for every rule that judges timestamps. */
  readonly receivedAt: number;
  /** Sent again from quarantine: the id of that row, which is then settled instead of a new one being made. */
  readonly redriveOf?: number | undefined;
}

/** A MeterValues.req as sent, not yet judged: the worker flattens it into readings and rejects. */
export interface MeterValuesEnvelope extends EnvelopeHead {
  readonly kind: 'meterValues';
  readonly payload: unknown;
}

/** A StartTransaction.req as sent, with the id that was answered: what a later version would allocate doesn't matter. */
export interface StartTransactionEnvelope extends EnvelopeHead {
  readonly kind: 'startTransaction';
  readonly transactionId: number;
  readonly payload: unknown;
}

/** A StopTransaction.req as sent. */
export interface StopTransactionEnvelope extends EnvelopeHead {
  readonly kind: 'stopTransaction';
  readonly payload: unknown;
}

/** A TransactionEvent.req (OCPP 2.0.1) as sent. */
export interface TransactionEventEnvelope extends EnvelopeHead {
  readonly kind: 'transactionEvent';
  readonly payload: unknown;
}

/** What was judged before and the database would not take then (a held charge point, a full partition table). */
export interface JudgedEnvelope extends EnvelopeHead {
  readonly kind: 'judged';
  readonly readings: readonly Reading[];
  readonly session: SessionEvent | null;
  /** Absent: none. */
  readonly signedValues?: readonly SignedValue[] | undefined;
}

/** A frame that names its charge point and can never become readings; kept so that nothing is dropped silently. */
export interface UnreadableEnvelope extends EnvelopeHead {
  readonly kind: 'unreadable';
  readonly reason: RejectReason;
  readonly detail: string;
  /** The frame's text. */
  readonly raw: string;
}

export type Envelope =
  | MeterValuesEnvelope
  | StartTransactionEnvelope
  | StopTransactionEnvelope
  | TransactionEventEnvelope
  | JudgedEnvelope
  | UnreadableEnvelope;

/** The last millisecond of the year 9999: a later arrival is no time of ours, and PostgreSQL couldn't hold any number. */
const MAX_RECEIVED_AT = 253_402_300_799_999;

const head = {
  v: z.literal(1),
  chargePointId: z.string().refine(isStorableId, 'has characters that no id may have, or too many'),
  protocol: z.enum(PROTOCOL_NAMES),
  messageId: z.string().nullable(),
  receivedAt: z.int().nonnegative().max(MAX_RECEIVED_AT, 'is beyond the year 9999'),
  redriveOf: z.int().positive().optional(),
};

export const envelopeSchema = z.discriminatedUnion('kind', [
  z.object({ ...head, kind: z.literal('meterValues'), payload: z.unknown() }),
  z.object({
    ...head,
    kind: z.literal('startTransaction'),
    transactionId: z.int().positive().max(MAX_TRANSACTION_ID),
    payload: z.unknown(),
  }),
  z.object({ ...head, kind: z.literal('stopTransaction'), payload: z.unknown() }),
  z.object({ ...head, kind: z.literal('transactionEvent'), payload: z.unknown() }),
  z
    .object({
      ...head,
      kind: z.literal('judged'),
      readings: z.array(readingSchema),
      session: sessionSchema.nullable(),
      signedValues: z.array(signedValueSchema).optional(),
    })
    .superRefine((judged, context) => {
      const fault = judgedFault(judged);
      if (fault !== undefined) context.addIssue({ code: 'custom', path: ['readings'], message: fault });
    }),
  z.object({
    ...head,
    kind: z.literal('unreadable'),
    reason: z.enum(Object.keys(REJECT_REASONS) as [RejectReason, ...RejectReason[]]),
    detail: z.string(),
    raw: z.string(),
  }),
]);

/** JSON text of an envelope, ready to be a record's value. */
export function encodeEnvelope(envelope: Envelope): string {
  return JSON.stringify(envelope);
}

export type DecodedEnvelope =
  { readonly ok: true; readonly envelope: Envelope } | { readonly ok: false; readonly detail: string };

/** Reads a record's value. Whatever is on the topic, it answers: it never throws. */
export function decodeEnvelope(value: Uint8Array | string): DecodedEnvelope {
  let parsed: unknown;
  try {
    parsed = JSON.parse(typeof value === 'string' ? value : asBuffer(value).toString('utf8'));
  } catch {
    return { ok: false, detail: 'the record is not JSON' };
  }
  const usual = usualEnvelope(parsed);
  if (usual !== undefined) return { ok: true, envelope: usual };
  const result = envelopeSchema.safeParse(parsed);
  if (result.success) return { ok: true, envelope: result.data };
  const issue = result.error.issues[0];
  return { ok: false, detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not an envelope'}` };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A meterValues envelope just as {@link envelopeSchema} reads it, without asking it; undefined: it has to be asked. */
function usualEnvelope(parsed: unknown): MeterValuesEnvelope | undefined {
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { v, kind, chargePointId, protocol, messageId, receivedAt } = parsed as Partial<MeterValuesEnvelope>;
  if (kind !== 'meterValues' || v !== 1 || !isStorableId(chargePointId)) return undefined;
  if (protocol !== 'json' && protocol !== 'ocpp1.6' && protocol !== 'ocpp2.0.1') return undefined;
  if (typeof messageId !== 'string' && messageId !== null) return undefined;
  if (!Number.isInteger(receivedAt) || receivedAt === undefined) return undefined;
  if (receivedAt < 0 || receivedAt > MAX_RECEIVED_AT) return undefined;
  if (!Object.hasOwn(parsed, 'payload') || Object.hasOwn(parsed, 'redriveOf')) return undefined;
  const { payload } = parsed as MeterValuesEnvelope;
  return { v, chargePointId, protocol, messageId, receivedAt, kind, payload };
}
