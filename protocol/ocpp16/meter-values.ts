import type { Envelope } from '../envelope.js';
import { flattenMeterValues } from '../flatten.js';
import { isAbsent, isObject } from '../leniency.js';
import { headOf, keptMessage } from '../ocpp/kept.js';
import { leniencySetOfReadings } from '../ocpp/leniencies-of-readings.js';
import type { ServedAction } from '../ocpp/ocpp-version.js';

/**
 * MeterValues goes to the log whatever its payload, and is answered `{}` once it is durable: a charge point that gets an
 * error for one bad value would send the same message for ever. The worker keeps what is bad in quarantine.
 *
 * It is what charge points send most, so it isn't held against its schema: flattening finds what isn't to the letter.
 */
export const meterValues: ServedAction = {
  destination: 'readings',
  answered: '`{}` once the log has it durably, whatever it holds: what can not be read stands in quarantine',
  tolerance: { dispensable: ['connectorId'] },
  handle: (call, context) => {
    // Without it the field would vanish from the envelope.
    const payload = call.payload ?? null;
    const { chargePointId, receivedAt, limits } = context;
    const envelope: Envelope = { ...headOf(call.id, context), kind: 'meterValues', payload };
    const flat = flattenMeterValues({ chargePointId, payload, receivedAt }, limits);
    const leniencies = leniencySetOfReadings(flat.readings, context.frameText);
    if (isObject(payload) && isAbsent(payload['connectorId'])) leniencies.add('missingPart');
    return keptMessage({ call, envelope, flat, response: {}, leniencies: [...leniencies] }, context);
  },
};
