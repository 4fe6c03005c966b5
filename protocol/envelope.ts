/**
 * The value of a record on the message log: what a charge point said, when the gateway heard it, and nothing derived,
 * so that a later version can read an earlier topic again. The record's key is the charge point id.
 *
 *     envelope = meterValues | unreadable
 *     meterValues = { v: 1, kind: "meterValues", chargePointId, protocol, messageId, receivedAt, payload }
 *     unreadable  = { v: 1, kind: "unreadable",  chargePointId, protocol, messageId, receivedAt, reason, detail, raw }
 */
import { z } from 'zod';
import { REJECT_REASONS, type RejectReason } from './reject.js';

export const PROTOCOL_NAMES = ['json', 'ocpp1.6'] as const;
export type ProtocolName = (typeof PROTOCOL_NAMES)[number];

interface EnvelopeHead {
  readonly v: 1;
  readonly chargePointId: string;
  readonly protocol: ProtocolName;
  /** The sender's id of the message; null when it had none that could be read. */
  readonly messageId: string | null;
  /** When the gateway had the whole frame, ms since 1970 UTC. "Now" for every rule that judges timestamps. */
  readonly receivedAt: number;
}

/** A MeterValues.req as sent, not yet judged: the worker flattens it into readings and rejects. */
export interface MeterValuesEnvelope extends EnvelopeHead {
  readonly kind: 'meterValues';
  readonly payload: unknown;
}

/** A frame that names its charge point and can never become readings; kept so that nothing is dropped silently. */
export interface UnreadableEnvelope extends EnvelopeHead {
  readonly kind: 'unreadable';
  readonly reason: RejectReason;
  readonly detail: string;
  /** The frame's text. */
  readonly raw: string;
}

export type Envelope = MeterValuesEnvelope | UnreadableEnvelope;

const head = {
  v: z.literal(1),
  chargePointId: z.string().min(1).max(255),
  protocol: z.enum(PROTOCOL_NAMES),
  messageId: z.string().nullable(),
  receivedAt: z.int().nonnegative(),
};

export const envelopeSchema = z.discriminatedUnion('kind', [
  z.object({ ...head, kind: z.literal('meterValues'), payload: z.unknown() }),
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
    parsed = JSON.parse(typeof value === 'string' ? value : Buffer.from(value).toString('utf8'));
  } catch {
    return { ok: false, detail: 'the record is not JSON' };
  }
  const result = envelopeSchema.safeParse(parsed);
  if (result.success) return { ok: true, envelope: result.data };
  const issue = result.error.issues[0];
  return { ok: false, detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not an envelope'}` };
}
