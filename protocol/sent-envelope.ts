import { encodeEnvelope, type Envelope, type EnvelopeHead } from './envelope.js';

/** A MeterValues.req whose payload is known to be good as it stands in the frame's text, and is not parsed for that. */
export interface MeterValuesText extends EnvelopeHead {
  readonly kind: 'meterValuesText';
  /** JSON. */
  readonly payloadText: string;
}

/** What goes to the log: an envelope, or what becomes one by being written. */
export type SentEnvelope = Envelope | MeterValuesText;

/** The record's value; `meterValuesText` becomes an envelope of the kind `meterValues`. */
export function encodeSent(sent: SentEnvelope): string {
  if (sent.kind !== 'meterValuesText') return encodeEnvelope(sent);
  const { chargePointId, protocol, messageId, receivedAt, payloadText } = sent;
  const head = `"v":1,"chargePointId":${JSON.stringify(chargePointId)},"protocol":"${protocol}"`;
  const message = `"messageId":${JSON.stringify(messageId)},"receivedAt":${receivedAt}`;
  return `{${head},${message},"kind":"meterValues","payload":${payloadText}}`;
}

/** The envelope that {@link encodeSent} writes. */
export function asEnvelope(sent: SentEnvelope): Envelope {
  if (sent.kind !== 'meterValuesText') return sent;
  const { payloadText, ...head } = sent;
  return { ...head, kind: 'meterValues', payload: JSON.parse(payloadText) as unknown };
}
