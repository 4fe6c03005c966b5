/**
 * A MeterValues.req of OCPP 2.0.1 (part 2, section 1.32) becomes readings of its EVSE, one for each good sampled value, the
 * signed values beside them, and rejects, one for each part that can become neither:
 *
 *     payload = { evseId, meterValue: [{ timestamp, sampledValue: [SampledValue] }] }
 *     SampledValue = { value, context?, measurand?, phase?, location?, signedMeterValue?, unitOfMeasure? }
 */
import { excerpt } from '../excerpt.js';
import type { MeterValuesMessage } from '../flatten.js';
import { Flattening, type FlatMessage } from '../flattening.js';
import { connectorOf } from '../leniency.js';
import { meterValuesOf, requestOf, wholeRejected } from '../meter-values-of.js';
import { fault, type ReadingLimits } from '../usable-time.js';

/** Never throws, whatever the payload. A message without any good value has at least one reject. */
export function flattenMeterValues201(message: MeterValuesMessage, limits: ReadingLimits): FlatMessage {
  const { chargePointId, payload, receivedAt } = message;
  const read = requestOf(payload);
  if (!read.ok) return wholeRejected(payload, read);
  const { request } = read;
  const sent = request['evseId'];
  const evseId = connectorOf(sent);
  if (evseId === undefined) {
    return wholeRejected(payload, fault('invalid_connector', `evseId is ${excerpt(sent)}`));
  }
  const meterValues = meterValuesOf(request);
  if (!meterValues.ok) return wholeRejected(payload, meterValues);
  const flattening = new Flattening(
    { chargePointId, evseId, connectorId: 0, transactionId: null, receivedAt, limits },
    { kind: 'meterValues', version: '2.0.1', list: 'meterValue', fields: { evseId: sent } },
  );
  flattening.addMeterValues(meterValues.list);
  return flattening.result();
}
