/**
 * A StartTransaction.req (OCPP 1.6, section 6.45) becomes the beginning of a session, the reading of meterStart, and a reject
 * for each field that can't be used:
 *
 *     payload = { connectorId, idTag, meterStart, timestamp, reservationId? }
 */
import { excerpt, jsonText } from './excerpt.js';
import type { MeterValuesMessage } from './flatten.js';
import { connectorOf, isObject } from './leniency.js';
import type { Reading } from './reading.js';
import type { Reject } from './reject.js';
import { METER_START } from './session.js';
import { labelOf, registerOf, registerReading, type FlatSession } from './session-fields.js';
import { fault, usableTime, type Fault, type ReadingLimits } from './usable-time.js';

export interface StartTransactionMessage extends MeterValuesMessage {
  /** The id it was answered with. */
  readonly transactionId: number;
}

/** Never throws, whatever the payload. */
export function flattenStartTransaction(
  message: StartTransactionMessage,
  limits: ReadingLimits,
): FlatSession {
  const { chargePointId, payload, receivedAt } = message;
  const rejects: Reject[] = [];
  const reject = (path: string, { reason, detail }: Fault): void => {
    rejects.push({ reason, path, detail, raw: jsonText(payload), rawKind: 'startTransaction' });
  };
  if (!isObject(payload)) {
    reject('', fault('invalid_session', `the payload is ${excerpt(payload)}`));
    return { readings: [], rejects, session: null };
  }
  const connectorId = connectorOf(payload['connectorId']);
  if (connectorId === undefined) {
    reject('/connectorId', fault('invalid_connector', `connectorId is ${excerpt(payload['connectorId'])}`));
    return { readings: [], rejects, session: null };
  }
  const transactionId = String(message.transactionId);
  const time = usableTime(payload['timestamp'], receivedAt, limits);
  const register = registerOf('meterStart', payload['meterStart']);
  const idTag = labelOf('idTag', payload['idTag'], '');
  if (!time.ok) reject('/timestamp', time);
  if (!register.ok) reject('/meterStart', register);
  if (idTag.fault !== null) reject('/idTag', idTag.fault);

  const readings: Reading[] = [];
  if (time.ok && register.ok) {
    const at = { chargePointId, connectorId, timestampMs: time.ms, context: METER_START };
    readings.push(registerReading({ ...at, value: register.wh, transactionId, quality: time.quality }));
  }
  return {
    readings,
    rejects,
    session: {
      ...{ kind: 'start', transactionId, evseId: 0, connectorId, idTag: idTag.text },
      startedAtMs: time.ok ? time.ms : null,
      meterStartWh: register.ok ? register.wh : null,
    },
  };
}
