/** What goes to the message log first and is answered once it is durable. */
import type { Handled, Outcome, Verdict } from '../charger-protocol.js';
import { fitToLog } from '../durable-size.js';
import type { Envelope } from '../envelope.js';
import type { FlatMessage } from '../flattening.js';
import type { OcppError, OcppVersionName } from '../ocpp-error-codes.js';
import { callResult, type Call } from '../ocpp-j.js';
import type { RejectReason } from '../reject.js';
import type { FlatSession } from '../session-fields.js';
import type { PayloadFault } from './judge-request.js';
import type { Leniency } from './leniencies.js';
import type { OcppContext } from './ocpp-version.js';
import { refusal } from './refusal.js';

/** What all envelopes of OCPP begin with. */
export function headOf(messageId: string | null, { version, chargePointId, receivedAt }: OcppContext) {
  return { v: 1, chargePointId, protocol: version.name, messageId, receivedAt } as const;
}

interface KeptMessage {
  readonly call: Call;
  readonly envelope: Envelope;
  /** What will become of it, of the limits of today. */
  readonly flat: FlatMessage | FlatSession;
  readonly response: object;
  readonly leniencies: readonly Leniency[];
}

/** Values that can't be used are the worker's to put into quarantine. */
export function keptMessage(message: KeptMessage, context: OcppContext): Handled {
  const { call, envelope: sent, flat, response, leniencies } = message;
  const { frameText, version } = context;
  const envelope = fitToLog(sent, frameText.length, () => frameText);
  const verdict = { action: call.action, reason: flat.rejects[0]?.reason ?? null };
  if (envelope.kind === 'unreadable') {
    const refused = refusal(version.name, call.id, 'payload', envelope.detail);
    return kept(version.name, envelope, { ...verdict, kind: 'rejected' }, refused);
  }
  const isMeasured = flat.readings.length > 0 || (flat.signedValues ?? []).length > 0;
  const isOfUse = isMeasured || ('session' in flat && flat.session !== null);
  const kind = isOfUse ? 'accepted' : 'rejected';
  const answer = callResult(call.id, response);
  return { ...kept(version.name, envelope, { ...verdict, kind }, answer), leniencies };
}

interface UnreadableMessage {
  /** null when it can't be read. */
  readonly messageId: string | null;
  readonly action: string | null;
  readonly error: OcppError;
  readonly reason: RejectReason;
  readonly detail: string;
}

/** What can't be read might have been readings: it is kept, since its charge point is known, and then refused. */
export function keptUnreadable(message: UnreadableMessage, context: OcppContext): Handled {
  const { messageId, action, error, reason, detail } = message;
  const { frameText, version } = context;
  const sent: Envelope = {
    ...headOf(messageId, context),
    ...{ kind: 'unreadable', reason, detail, raw: frameText },
  };
  const envelope = fitToLog(sent, frameText.length, () => frameText);
  const answer = refusal(version.name, messageId, error, detail);
  return kept(version.name, envelope, { kind: 'rejected', action, reason }, answer);
}

/** A request about a transaction that lacks what it must have is kept as it came, and then refused. */
export function refusedSession(fault: PayloadFault, call: Call, context: OcppContext): Handled {
  const { error, description } = fault;
  const reason = 'invalid_session';
  return keptUnreadable(
    { messageId: call.id, action: call.action, error, reason, detail: description },
    context,
  );
}

/** Published first, answered once it is durable, with a request to send it again when it isn't. */
function kept(
  version: OcppVersionName,
  envelope: Envelope,
  verdict: Omit<Verdict, 'messageId'>,
  answer: string,
): Handled {
  const { messageId } = envelope;
  return {
    envelopes: [envelope],
    answer: ([outcome]) => retryError(version, messageId, outcome) ?? answer,
    verdicts: [{ ...verdict, messageId }],
  };
}

/** What asks to send a message again; null: it is durable. */
export function retryError(
  version: OcppVersionName,
  id: string | null,
  outcome: Outcome | undefined,
): string | null {
  if (outcome?.kind === 'durable') return null;
  // A missing outcome would be a bug; the charge point sends it again, which is always safe.
  const retryAfterMs = outcome?.retryAfterMs ?? 1_000;
  const description = 'The message could not be stored now; please send it again.';
  return refusal(version, id, 'internal', description, { retryAfterMs });
}
