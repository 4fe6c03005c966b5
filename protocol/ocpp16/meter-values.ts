import type { Outcome } from '../charger-protocol.js';
import { fitToLog } from '../durable-size.js';
import type { Envelope } from '../envelope.js';
import { flattenMeterValues } from '../flatten.js';
import { callError, callResult } from '../ocpp-j.js';
import type { Action } from './action.js';

/**
 * MeterValues goes to the log whatever its payload, and is answered `{}` once it is durable: a charge point that gets an
 * error for one bad value would send the same message for ever. The worker keeps what is bad in quarantine.
 */
export const meterValues: Action = (call, context, { limits }) => {
  const { chargePointId, receivedAt, frameText } = context;
  // Without it the field would vanish from the envelope.
  const payload = call.payload ?? null;
  const sent: Envelope = {
    v: 1,
    kind: 'meterValues',
    chargePointId,
    protocol: 'ocpp1.6',
    messageId: call.id,
    receivedAt,
    payload,
  };
  const envelope = fitToLog(sent, frameText.length, () => frameText);
  const { readings, rejects } = flattenMeterValues({ chargePointId, payload, receivedAt }, limits);
  return {
    envelopes: [envelope],
    answer: ([outcome]) => retryError(call.id, outcome) ?? callResult(call.id, {}),
    verdicts: [
      {
        kind: readings.length > 0 && envelope.kind === 'meterValues' ? 'accepted' : 'rejected',
        action: call.action,
        messageId: call.id,
        reason: rejects[0]?.reason ?? null,
      },
    ],
  };
};

/** The CALLERROR for a message that isn't durable; null when it is. */
export function retryError(id: string | null, outcome: Outcome | undefined): string | null {
  if (outcome?.kind === 'durable') return null;
  const retryAfterMs = outcome?.retryAfterMs ?? 1_000;
  return callError(id, 'InternalError', 'The message could not be stored now; please send it again.', {
    retryAfterMs,
  });
}
