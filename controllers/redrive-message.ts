import { isUtf8 } from 'node:buffer';
import { encodeEnvelope, PROTOCOL_NAMES } from '../protocol/envelope.js';
import { redriveEnvelope } from '../protocol/redrive.js';
import { RAW_KINDS } from '../protocol/reject.js';
import type { LogMessage } from '../server/broker/message-log.js';

/** What is needed of a row of quarantine, with all of its raw. */
export interface RedrivablePart {
  readonly id: number;
  readonly chargePointId: string | null;
  readonly protocol: string | null;
  readonly messageId: string | null;
  readonly raw: Buffer;
  readonly rawKind: string | null;
}

export type RedriveMessage =
  { readonly ok: true; readonly message: LogMessage } | { readonly ok: false; readonly detail: string };

/** The message that sends a part again, as if it arrived at `nowMs`; `detail` says why there is none. */
export function redriveMessage(part: RedrivablePart, nowMs: number): RedriveMessage {
  if (!isUtf8(part.raw)) return { ok: false, detail: 'what was kept is not UTF-8' };
  const made = redriveEnvelope(
    {
      id: part.id,
      chargePointId: part.chargePointId,
      protocol: PROTOCOL_NAMES.find((name) => name === part.protocol) ?? null,
      messageId: part.messageId,
      raw: part.raw.toString('utf8'),
      rawKind: RAW_KINDS.find((kind) => kind === part.rawKind) ?? null,
    },
    nowMs,
  );
  if (!made.ok) return made;
  const { envelope } = made;
  return { ok: true, message: { key: envelope.chargePointId, value: encodeEnvelope(envelope) } };
}
