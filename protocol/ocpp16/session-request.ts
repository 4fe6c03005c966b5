/** What StartTransaction and StopTransaction have in common at the door. */
import { z } from 'zod';
import type { Handled } from '../charger-protocol.js';
import { fitToLog } from '../durable-size.js';
import type { Envelope } from '../envelope.js';
import { callError, callResult, type Call } from '../ocpp-j.js';
import type { FlatSession } from '../session-fields.js';
import type { OcppContext } from './action.js';
import { kept, keptUnreadable } from './kept.js';
import { violationOf } from './violation.js';

/** A number, also as its digits in a text. Which numbers are usable is not judged at the door. */
export const numberField = z.preprocess((sent) => {
  if (typeof sent === 'string' && /^[+-]?\d{1,20}(?:\.\d{1,20})?$/.test(sent)) return Number(sent);
  // A JSON number such as 1e400 is parsed as Infinity.
  return sent === Infinity || sent === -Infinity ? Number.MAX_VALUE : sent;
}, z.number());

interface SessionCall {
  readonly call: Call;
  readonly context: OcppContext;
  readonly envelope: Envelope;
  readonly flat: FlatSession;
  readonly response: object;
}

/** Published, and answered once it is durable. Values that can't be used are the worker's to put into quarantine. */
export function keptSession({ call, context, envelope: sent, flat, response }: SessionCall): Handled {
  const { frameText } = context;
  const envelope = fitToLog(sent, frameText.length, () => frameText);
  const verdict = { action: call.action, reason: flat.rejects[0]?.reason ?? null };
  if (envelope.kind === 'unreadable') {
    const refusal = callError(call.id, 'FormationViolation', envelope.detail);
    return kept(envelope, { ...verdict, kind: 'rejected' }, refusal);
  }
  const kind = flat.session !== null || flat.readings.length > 0 ? 'accepted' : 'rejected';
  return kept(envelope, { ...verdict, kind }, callResult(call.id, response));
}

/** A request that lacks a required field or has one of a wrong type is kept as it came, and then refused. */
export function refusedSession(error: z.ZodError, call: Call, context: OcppContext): Handled {
  const { code, description } = violationOf(error, call.payload);
  const reason = 'invalid_session';
  return keptUnreadable(
    { messageId: call.id, action: call.action, code, reason, detail: description },
    context,
  );
}
