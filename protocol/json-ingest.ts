/**
 * Plain JSON ingest: one frame holds one message or an array of them, and is answered by as many statuses.
 *
 *     message = { id, chargePointId, payload }      payload: an OCPP 1.6 MeterValues.req
 *     signed  = { sequence, signed, signature }     of a sender that signs: `signed` is the text of the frame
 *     status  = { id, status: "accepted" }
 *             | { id, status: "rejected", error: { code, message, path } }
 *             | { id, status: "retry", retryAfterMs }
 *
 * accepted: at least one reading in it; its bad parts, if any, are in quarantine. `path` is a JSON pointer into the message.
 */
import type { ChargerProtocol, FrameContext, Handled, Outcome, Verdict } from './charger-protocol.js';
import { fitToLog } from './durable-size.js';
import type { Envelope } from './envelope.js';
import { excerpt, jsonText } from './excerpt.js';
import { flattenMeterValues } from './flatten.js';
import { isChargePointId, isCleanText } from './identifier.js';
import { isNestedTooDeep } from './json-depth.js';
import { plainIngest, type PlainMessage } from './plain-ingest.js';
import { REJECT_REASONS, type RejectReason } from './reject.js';
import type { SentEnvelope } from './sent-envelope.js';
import type { ReadingLimits } from './usable-time.js';

export interface JsonIngestOptions {
  readonly limits: ReadingLimits;
  /** Messages in one frame at most; a larger array is refused whole. Default 10,000. */
  readonly maxMessages?: number;
}

/** Longest id of a message, in characters. */
export const MAX_INGEST_ID_LENGTH = 64;

type MessageId = string | number;

interface Judged {
  readonly id: MessageId | null;
  /** null for what can't be attributed to a charge point. */
  readonly envelope: SentEnvelope | null;
  /** undefined: accepted. */
  readonly error: IngestError | undefined;
}

interface IngestError {
  readonly code: RejectReason;
  readonly message: string;
  readonly path: string;
}

export function jsonIngestProtocol({ limits, maxMessages = 10_000 }: JsonIngestOptions): ChargerProtocol {
  const plain = plainIngest({ limits, maxIdLength: MAX_INGEST_ID_LENGTH });
  return {
    name: 'json',
    subprotocol: null,
    handle: (frame, context) => {
      const opened = context.openFrame?.(frame);
      if (opened?.ok === false) return single(unattributed(null, 'invalid_signature', opened.why));
      const text = opened?.text ?? frame;
      const message = plain(text, context.receivedAt);
      if (message === null) return handleAny(text, context, limits, maxMessages);
      const maySpeak = context.maySpeakFor?.(message.chargePointId) !== false;
      return single(maySpeak ? acceptedPlain(message, context) : forbidden(message.id));
    },
    oversizedFrame: () => ({
      envelopes: [],
      answer: () => null,
      verdicts: [{ kind: 'invalid', action: null, messageId: null, reason: 'frame_too_large' }],
    }),
    encodeCall: null,
    binaryFrame: () =>
      statusText(unattributed(null, 'invalid_frame', 'frames are text, not binary'), undefined),
  };
}

function acceptedPlain({ id, chargePointId, payloadText }: PlainMessage, context: FrameContext): Judged {
  const { receivedAt } = context;
  const envelope: SentEnvelope = {
    v: 1,
    kind: 'meterValuesText',
    chargePointId,
    protocol: 'json',
    messageId: id,
    receivedAt,
    payloadText,
  };
  return { id, envelope, error: undefined };
}

/** The long way: any text at all. */
export function handleAny(
  text: string,
  context: FrameContext,
  limits: ReadingLimits,
  maxMessages: number,
): Handled {
  if (isNestedTooDeep(text)) return single(unattributed(null, 'nested_too_deep'));
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return single(unattributed(null, 'invalid_json'));
  }
  if (!Array.isArray(frame)) return single(judge(frame, text, context, limits));
  if (frame.length > maxMessages) {
    return single(unattributed(null, 'invalid_frame', `a frame holds at most ${maxMessages} messages`));
  }
  const judged = frame.map((message: unknown) => judge(message, text, context, limits));
  return handled(judged, (statuses) => `[${statuses.join(',')}]`);
}

function single(judged: Judged): Handled {
  return {
    envelopes: judged.envelope === null ? [] : [judged.envelope],
    answer: ([outcome]) => statusText(judged, outcome),
    verdicts: [verdictOf(judged)],
  };
}

function handled(judged: readonly Judged[], join: (statuses: readonly string[]) => string): Handled {
  return {
    envelopes: judged.flatMap(({ envelope }) => (envelope === null ? [] : [envelope])),
    answer(outcomes) {
      let next = 0;
      return join(judged.map((one) => statusText(one, one.envelope === null ? undefined : outcomes[next++])));
    },
    verdicts: judged.map(verdictOf),
  };
}

function judge(message: unknown, frameText: string, context: FrameContext, limits: ReadingLimits): Judged {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    return unattributed(null, 'invalid_frame', `a message is an object, not ${excerpt(message)}`);
  }
  const fields = message as Readonly<Record<string, unknown>>;
  const id = isIngestId(fields['id']) ? fields['id'] : null;
  const { chargePointId } = fields;
  if (!isChargePointId(chargePointId)) {
    return unattributed(
      id,
      'invalid_charge_point',
      chargePointId === undefined ? 'chargePointId is missing' : `chargePointId is ${excerpt(chargePointId)}`,
      '/chargePointId',
    );
  }
  if (context.maySpeakFor?.(chargePointId) === false) return forbidden(id);
  const head = {
    v: 1,
    chargePointId,
    protocol: 'json',
    messageId: id === null ? null : String(id),
    receivedAt: context.receivedAt,
  } as const;
  const fitted = (envelope: Envelope): Envelope =>
    fitToLog(envelope, frameText.length, () => jsonText(message));
  if (id === null) {
    const detail = `id is ${excerpt(fields['id'])}, not a number or a text of 1 to ${MAX_INGEST_ID_LENGTH} characters`;
    const reason = 'invalid_frame';
    const envelope = fitted({ ...head, kind: 'unreadable', reason, detail, raw: jsonText(message) });
    return { id, envelope, error: errorOf(reason, detail, '/id') };
  }
  const payload = fields['payload'] ?? null;
  const envelope = fitted({ ...head, kind: 'meterValues', payload });
  if (envelope.kind === 'unreadable') {
    return { id, envelope, error: errorOf(envelope.reason, envelope.detail, '') };
  }
  const flat = flattenMeterValues({ chargePointId, payload, receivedAt: context.receivedAt }, limits);
  const [reject] = flat.rejects;
  const isOfUse = flat.readings.length > 0 || (flat.signedValues ?? []).length > 0;
  if (isOfUse || reject === undefined) return { id, envelope, error: undefined };
  return { id, envelope, error: errorOf(reject.reason, reject.detail, `/payload${reject.path}`) };
}

/** Any number that JSON can carry back as it came, or a text without control characters (it is kept in quarantine's books). */
function isIngestId(id: unknown): id is MessageId {
  if (typeof id === 'number') return Number.isFinite(id);
  return typeof id === 'string' && id !== '' && id.length <= MAX_INGEST_ID_LENGTH && isCleanText(id);
}

function unattributed(id: MessageId | null, code: RejectReason, detail?: string, path = ''): Judged {
  return { id, envelope: null, error: errorOf(code, detail, path) };
}

/** Not kept either: what is in quarantine under a charge point's name has to have come from it. */
function forbidden(id: MessageId | null): Judged {
  return unattributed(id, 'forbidden_charge_point', undefined, '/chargePointId');
}

function errorOf(code: RejectReason, detail: string | undefined, path: string): IngestError {
  const meaning = REJECT_REASONS[code].meaning;
  return { code, message: detail === undefined ? meaning : `${meaning}: ${detail}`, path };
}

/** `outcome` is undefined for a message that has no envelope. */
function statusText({ id, envelope, error }: Judged, outcome: Outcome | undefined): string {
  if (envelope !== null && outcome?.kind !== 'durable') {
    return JSON.stringify({ id, status: 'retry', retryAfterMs: outcome?.retryAfterMs ?? 1_000 });
  }
  if (error !== undefined) return JSON.stringify({ id, status: 'rejected', error });
  return `{"id":${JSON.stringify(id)},"status":"accepted"}`;
}

function verdictOf({ id, envelope, error }: Judged): Verdict {
  return {
    kind: envelope === null ? 'invalid' : error === undefined ? 'accepted' : 'rejected',
    action: null,
    messageId: id === null ? null : String(id),
    reason: error?.code ?? null,
  };
}
