import type { Envelope } from '../envelope.js';
import type { MeterValuesMessage } from '../flatten.js';
import type { FlatMessage } from '../flattening.js';
import type { ReadingLimits } from '../usable-time.js';
import { judgeCall } from './immediate.js';
import type { Tolerance } from './judge-request.js';
import { headOf, keptMessage } from './kept.js';
import type { ServedAction } from './ocpp-version.js';

/**
 * MeterValues goes to the log whatever its payload, and is answered `{}` once it is durable: a charge point that gets an
 * error for one bad value would send the same message for ever. The worker keeps what is bad in quarantine; the schema is
 * asked only what is forgiven.
 */
export function keptMeterValues(
  flatten: (message: MeterValuesMessage, limits: ReadingLimits) => FlatMessage,
  tolerance: Tolerance,
): ServedAction {
  return {
    destination: 'readings',
    answered:
      '`{}` once the log has it durably, whatever it holds: what can not be read stands in quarantine',
    tolerance,
    handle: (call, context) => {
      // Without it the field would vanish from the envelope.
      const payload = call.payload ?? null;
      const { chargePointId, receivedAt, limits } = context;
      const { leniencies } = judgeCall(call, context, tolerance);
      const envelope: Envelope = { ...headOf(call.id, context), kind: 'meterValues', payload };
      const flat = flatten({ chargePointId, payload, receivedAt }, limits);
      return keptMessage({ call, envelope, flat, response: {}, leniencies }, context);
    },
  };
}
