/**
 * A MeterValues.req (OCPP 1.6; the payload of plain JSON ingest has the same shape) becomes readings, one for each good
 * sampled value, and rejects, one for each part that can't become one:
 *
 *     payload = { connectorId, transactionId?, meterValue: [{ timestamp, sampledValue: [SampledValue] }] }
 *     SampledValue (section 7.43) = { value, context?, format?, measurand?, phase?, location?, unit? }
 */
import { excerpt, jsonText } from './excerpt.js';
import { Flattening, type FlatMessage } from './flattening.js';
import { connectorOf, isObject, transactionOf } from './leniency.js';
import type { RejectReason } from './reject.js';
import type { ReadingLimits } from './usable-time.js';

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
  const whole = (reason: RejectReason, detail: string): FlatMessage => ({
    readings: [],
    // A text is kept as it is: what a workbook's cell held, more often than not cut off.
    rejects: [
      {
        ...{ reason, path: '', detail, rawKind: 'meterValues' },
        raw: typeof payload === 'string' ? payload : jsonText(payload),
      },
    ],
  });
  if (typeof payload === 'string' && !isJson(payload)) {
    return whole('invalid_json', `the payload is the text ${excerpt(payload)}`);
  }
  if (!isObject(payload)) return whole('not_meter_values', `the payload is ${excerpt(payload)}`);
  const connectorId = connectorOf(payload['connectorId']);
  if (connectorId === undefined) {
    return whole('invalid_connector', `connectorId is ${excerpt(payload['connectorId'])}`);
  }
  const transactionId = transactionOf(payload['transactionId']);
  if (transactionId === undefined) {
    return whole('invalid_transaction', `transactionId is ${excerpt(payload['transactionId'])}`);
  }
  const meterValues = payload['meterValue'];
  if (!Array.isArray(meterValues) || meterValues.length === 0) {
    return whole(
      'missing_meter_value',
      `meterValue is ${meterValues === undefined ? 'missing' : excerpt(meterValues)}`,
    );
  }
  const flattening = new Flattening(
    { chargePointId, connectorId, transactionId, receivedAt, limits },
    {
      kind: 'meterValues',
      list: 'meterValue',
      fields: { connectorId: payload['connectorId'], transactionId: payload['transactionId'] },
    },
  );
  flattening.addMeterValues(meterValues);
  return flattening.result();
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
