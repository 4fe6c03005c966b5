/** A quarantined part becomes a record of the log again: sent by itself, judged as if it had just arrived. */
import type { ChargerProtocol } from './charger-protocol.js';
import { MAX_ENVELOPE_BYTES } from './durable-size.js';
import {
  decodeEnvelope,
  encodeEnvelope,
  type Envelope,
  type JudgedEnvelope,
  type ProtocolName,
} from './envelope.js';
import { cleanText } from './identifier.js';
import { isNestedTooDeep } from './json-depth.js';
import { jsonIngestProtocol } from './json-ingest.js';
import { ocpp16Protocol } from './ocpp16/ocpp16-protocol.js';
import { ocpp201Protocol } from './ocpp201/ocpp201-protocol.js';
import { isObject } from './leniency.js';
import type { RawKind } from './reject.js';
import { asEnvelope } from './sent-envelope.js';
import { transactionIdOf } from './transaction-id.js';

/** A row of quarantine, as far as it matters here. */
export interface QuarantinedPart {
  /** A whole number above 0. */
  readonly id: number;
  /** null: the record named none (`rawKind` is then `record`). */
  readonly chargePointId: string | null;
  readonly protocol: ProtocolName | null;
  readonly messageId: string | null;
  /** All of it, as text. */
  readonly raw: string;
  /** null: kept before it was noted what raw is. */
  readonly rawKind: RawKind | null;
}

/** `detail` is a sentence for a person: why the part can't be sent again. */
export type Redriven =
  { readonly ok: true; readonly envelope: Envelope } | { readonly ok: false; readonly detail: string };

/**
 * The envelope to publish under `envelope.chargePointId`, with `redriveOf` and the new arrival. It need not hold anything good:
 * the worker judges it. Never throws.
 *
 * @param receivedAt when it is sent again, ms since 1970 UTC
 */
export function redriveEnvelope(part: QuarantinedPart, receivedAt: number): Redriven {
  const envelope = envelopeOf(part, receivedAt);
  if (typeof envelope === 'string') return { ok: false, detail: cleanText(envelope) };
  const text = encodeEnvelope({ ...envelope, redriveOf: part.id, receivedAt });
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_ENVELOPE_BYTES) {
    const detail = `it takes ${bytes} bytes on the message log, which holds ${MAX_ENVELOPE_BYTES} in one record`;
    return { ok: false, detail };
  }
  // Read as the worker will: what it would take for a poison record is not sent.
  const decoded = decodeEnvelope(text);
  return decoded.ok ? decoded : { ok: false, detail: cleanText(`it is no envelope: ${decoded.detail}`) };
}

/** A text is the reason why there is none. */
function envelopeOf(part: QuarantinedPart, receivedAt: number): Envelope | string {
  const { rawKind, raw, chargePointId, protocol, messageId } = part;
  if (rawKind === null) return 'it was kept before parts could be sent again';
  if (raw === '') return 'nothing of it was kept';
  if (isNestedTooDeep(raw) && rawKind !== 'frame') return 'it is nested deeper than 32 levels';
  if (rawKind === 'record') {
    const decoded = decodeEnvelope(raw);
    return decoded.ok ? decoded.envelope : `the record is still no envelope: ${decoded.detail}`;
  }
  if (chargePointId === null || protocol === null) return 'it names no charge point';
  if (rawKind === 'frame') return envelopeOfFrame(raw, { chargePointId, protocol, receivedAt });
  const content = parsed(raw);
  if (content === undefined) return 'what was kept is not JSON';
  const head = { v: 1, chargePointId, protocol, messageId, receivedAt } as const;
  switch (rawKind) {
    case 'meterValues':
    case 'stopTransaction':
    case 'transactionEvent':
      return { ...head, kind: rawKind, payload: content };
    case 'startTransaction':
      return {
        ...head,
        kind: rawKind,
        transactionId: transactionIdOf(chargePointId, content),
        payload: content,
      };
    case 'judged':
      return judgedOf(head, content);
  }
}

/** Of whatever shape the content is: it is checked when the envelope is read as the worker will. */
function judgedOf(
  head: Omit<JudgedEnvelope, 'kind' | 'readings' | 'session' | 'signedValues'>,
  content: unknown,
): JudgedEnvelope {
  const { readings, session, signedValues } = (isObject(content) ? content : {}) as unknown as JudgedEnvelope;
  const judged = { ...head, kind: 'judged', readings, session } as const;
  return signedValues === undefined ? judged : { ...judged, signedValues };
}

interface KeptFrame {
  readonly chargePointId: string;
  readonly protocol: ProtocolName;
  readonly receivedAt: number;
}

/** What is written to the log depends on no limit and no interval: those are the worker's, and the answer's. */
const LIMITS = { maxAheadMs: 0, minTimestampMs: 0 };
const PROTOCOLS: Readonly<Partial<Record<ProtocolName, ChargerProtocol>>> = {
  json: jsonIngestProtocol({ limits: LIMITS }),
  'ocpp1.6': ocpp16Protocol({ limits: LIMITS }),
  'ocpp2.0.1': ocpp201Protocol({ limits: LIMITS }),
};

function envelopeOfFrame(
  text: string,
  { chargePointId, protocol, receivedAt }: KeptFrame,
): Envelope | string {
  const context = { chargePointId, receivedAt, heartbeatIntervalS: 0 };
  const { envelopes = [] } = PROTOCOLS[protocol]?.handle(text, context) ?? {};
  const [envelope] = envelopes;
  if (envelope === undefined) return 'the frame holds no message for the log';
  return envelopes.length > 1 ? 'the frame holds several messages' : asEnvelope(envelope);
}

/** undefined when the text isn't JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
