import type { Handled, Outcome, Verdict } from '../charger-protocol.js';
import { fitToLog } from '../durable-size.js';
import type { Envelope } from '../envelope.js';
import type { OcppErrorCode } from '../ocpp-error-codes.js';
import { callError } from '../ocpp-j.js';
import type { RejectReason } from '../reject.js';
import type { OcppContext } from './action.js';

/** What all envelopes of OCPP 1.6 begin with. */
export function headOf(messageId: string | null, { chargePointId, receivedAt }: OcppContext) {
  return { v: 1, chargePointId, protocol: 'ocpp1.6', messageId, receivedAt } as const;
}

/** A message for the log: published first, answered once it is durable, with a request to send it again when it isn't. */
export function kept(envelope: Envelope, verdict: Omit<Verdict, 'messageId'>, answer: string): Handled {
  const { messageId } = envelope;
  return {
    envelopes: [envelope],
    answer: ([outcome]) => retryError(messageId, outcome) ?? answer,
    verdicts: [{ ...verdict, messageId }],
  };
}

export interface UnreadableMessage {
  /** null when it can't be read. */
  readonly messageId: string | null;
  readonly action: string | null;
  readonly code: OcppErrorCode;
  readonly reason: RejectReason;
  readonly detail: string;
}

/** What can't be read might have been readings: it is kept, since its charge point is known, and then refused. */
export function keptUnreadable(message: UnreadableMessage, context: OcppContext): Handled {
  const { messageId, action, code, reason, detail } = message;
  const { frameText } = context;
  const sent: Envelope = {
    ...headOf(messageId, context),
    ...{ kind: 'unreadable', reason, detail, raw: frameText },
  };
  const envelope = fitToLog(sent, frameText.length, () => frameText);
  return kept(envelope, { kind: 'rejected', action, reason }, callError(messageId, code, detail));
}

/** The CALLERROR for a message that isn't durable; null when it is. */
function retryError(id: string | null, outcome: Outcome | undefined): string | null {
  if (outcome?.kind === 'durable') return null;
  const retryAfterMs = outcome?.retryAfterMs ?? 1_000;
  return callError(id, 'InternalError', 'The message could not be stored now; please send it again.', {
    retryAfterMs,
  });
}
