import { fitToLog } from '../durable-size.js';
import type { Envelope } from '../envelope.js';
import { flattenMeterValues } from '../flatten.js';
import { callResult } from '../ocpp-j.js';
import type { Action } from './action.js';
import { headOf, kept } from './kept.js';

/**
 * MeterValues goes to the log whatever its payload, and is answered `{}` once it is durable: a charge point that gets an
 * error for one bad value would send the same message for ever. The worker keeps what is bad in quarantine.
 */
export const meterValues: Action = (call, context, { limits }) => {
  const { chargePointId, receivedAt, frameText } = context;
  // Without it the field would vanish from the envelope.
  const payload = call.payload ?? null;
  const sent: Envelope = { ...headOf(call.id, context), kind: 'meterValues', payload };
  const envelope = fitToLog(sent, frameText.length, () => frameText);
  const { readings, rejects } = flattenMeterValues({ chargePointId, payload, receivedAt }, limits);
  const verdict = {
    kind: readings.length > 0 && envelope.kind === 'meterValues' ? 'accepted' : 'rejected',
    action: call.action,
    reason: rejects[0]?.reason ?? null,
  } as const;
  return kept(envelope, verdict, callResult(call.id, {}));
};
