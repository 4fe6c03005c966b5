import { encodeEnvelope, type Envelope } from './envelope.js';

/** Bytes of an envelope at most: below the 4 MiB that the log takes, with room for the record's key and head. */
export const MAX_ENVELOPE_BYTES = 3_500_000;
/** JSON text grows at most this much when written anew: a control character becomes six, `1e20,` becomes 22 of 5. */
const WORST_GROWTH = 6;

/**
 * The envelope, or in its place one that the log can take: a hostile frame can grow past the log's limit when written as
 * JSON, and would then be refused for ever. What is kept is its beginning, as unreadable. An envelope made from a frame of
 * ordinary size isn't measured.
 *
 * @param frameLength characters of the frame that it came in
 * @param raw the message as sent
 */
export function fitToLog(envelope: Envelope, frameLength: number, raw: () => string): Envelope {
  // A character has up to 3 bytes in UTF-8, yet only those of one byte grow.
  if (frameLength * WORST_GROWTH <= MAX_ENVELOPE_BYTES) return envelope;
  const size = Buffer.byteLength(encodeEnvelope(envelope));
  if (size <= MAX_ENVELOPE_BYTES) return envelope;
  return {
    v: 1,
    kind: 'unreadable',
    chargePointId: envelope.chargePointId,
    protocol: envelope.protocol,
    messageId: envelope.messageId,
    receivedAt: envelope.receivedAt,
    reason: envelope.kind === 'unreadable' ? envelope.reason : 'invalid_frame',
    detail: `the message takes ${size} bytes on the log, more than ${MAX_ENVELOPE_BYTES}; its beginning is kept`,
    raw: raw().slice(0, MAX_ENVELOPE_BYTES / WORST_GROWTH / 2),
  };
}
