/**
 * A MeterValues.req (OCPP 1.6; the payload of plain JSON ingest has the same shape) becomes readings, one for each good
 * sampled value, and rejects, one for each part that can't become one:
 *
 *     payload = { connectorId, transactionId?, meterValue: [{ timestamp, sampledValue: [SampledValue] }] }
 *     SampledValue (section 7.43) = { value, context?, format?, measurand?, phase?, location?, unit? }
 */
import { excerpt } from './excerpt.js';
import { Flattening, type FlatMessage } from './flattening.js';
import { connectorOf, transactionOf } from './leniency.js';
import { meterValuesOf, requestOf, wholeRejected } from './meter-values-of.js';
import { fault, type ReadingLimits } from './usable-time.js';

export interface MeterValuesMessage {
  readonly chargePointId: string;
  /** The request as parsed JSON, whatever it is. */
  readonly payload: unknown;
  /** When the gateway heard it, ms since 1970 UTC. */
  readonly receivedAt: number;
}

/** Never throws, whatever the payload. A message without any good value has at least one reject. */
export function flattenMeterValues(message: MeterValuesMessage, limits: ReadingLimits): FlatMessage {
  const { chargePointId, payload, receivedAt } = message;
  const read = requestOf(payload);
  if (!read.ok) return wholeRejected(payload, read);
  const { request } = read;
  const connectorId = connectorOf(request['connectorId']);
  if (connectorId === undefined) {
    return wholeRejected(
      payload,
      fault('invalid_connector', `connectorId is ${excerpt(request['connectorId'])}`),
    );
  }
  const transactionId = transactionOf(request['transactionId']);
  if (transactionId === undefined) {
    return wholeRejected(
      payload,
      fault('invalid_transaction', `transactionId is ${excerpt(request['transactionId'])}`),
    );
  }
  const meterValues = meterValuesOf(request);
  if (!meterValues.ok) return wholeRejected(payload, meterValues);
  const flattening = new Flattening(
    { chargePointId, evseId: 0, connectorId, transactionId, receivedAt, limits },
    {
      kind: 'meterValues',
      version: '1.6',
      list: 'meterValue',
      fields: { connectorId: request['connectorId'], transactionId: request['transactionId'] },
    },
  );
  flattening.addMeterValues(meterValues.list);
  return flattening.result();
}
