/**
 * A StopTransaction.req (OCPP 1.6, section 6.47) becomes the end of a session, the readings of meterStop and of its
 * meter values, and a reject for each part that can't be used:
 *
 *     payload = { transactionId, meterStop, timestamp, idTag?, reason?, transactionData?: [MeterValue] }
 *
 * It names no connector. The readings take that of the session's Start, which is known where they are stored.
 */
import { excerpt, jsonText } from './excerpt.js';
import type { MeterValuesMessage } from './flatten.js';
import { Flattening } from './flattening.js';
import { MAX_NAME_LENGTH } from './identifier.js';
import { isAbsent, isObject, transactionOf, type Json } from './leniency.js';
import { CONNECTOR_OF_SESSION, METER_STOP, type SessionStop } from './session.js';
import { labelOf, registerOf, registerReading, type FlatSession } from './session-fields.js';
import { MAX_TIMESTAMP_LENGTH } from './timestamp.js';
import { isAllocatedId } from './transaction-id.js';
import { MAX_VALUE_LENGTH } from './units.js';
import { fault, usableTime, type Fault, type ReadingLimits } from './usable-time.js';

/** Reason of a StopTransaction that gives none (section 6.47). */
const DEFAULT_REASON = 'Local';

/** Never throws, whatever the payload. */
export function flattenStopTransaction(message: MeterValuesMessage, limits: ReadingLimits): FlatSession {
  const { chargePointId, payload, receivedAt } = message;
  const whole = (path: string, { reason, detail }: Fault): FlatSession => ({
    readings: [],
    rejects: [{ reason, path, detail, raw: jsonText(payload), rawKind: 'stopTransaction' }],
    session: null,
  });
  if (!isObject(payload)) return whole('', fault('invalid_session', `the payload is ${excerpt(payload)}`));
  const transactionId = stoppedTransaction(payload['transactionId']);
  if (transactionId === undefined) {
    return whole(
      '/transactionId',
      fault('invalid_transaction', `transactionId is ${excerpt(payload['transactionId'])}`),
    );
  }
  // Charge points that never got an id stop 0 or -1: the readings count all the same.
  const isOurs = isAllocatedId(transactionId);
  const connectorId = isOurs ? CONNECTOR_OF_SESSION : 0;
  const flattening = new Flattening(
    { chargePointId, evseId: 0, connectorId, transactionId, receivedAt, limits },
    { kind: 'stopTransaction', version: '1.6', list: 'transactionData', fields: shortFields(payload) },
  );
  const time = usableTime(payload['timestamp'], receivedAt, limits);
  const register = registerOf('meterStop', payload['meterStop']);
  const idTag = labelOf('idTag', payload['idTag'], '');
  const reason = labelOf('reason', payload['reason'], DEFAULT_REASON);
  const reject = (path: string, why: Fault | null): void => {
    if (why !== null) flattening.rejectField(path, why, jsonText({ ...payload, transactionData: undefined }));
  };
  if (!time.ok) reject('/timestamp', time);
  if (!register.ok) reject('/meterStop', register);
  reject('/idTag', idTag.fault);
  reject('/reason', reason.fault);
  if (time.ok && register.ok) {
    const at = { chargePointId, connectorId, timestampMs: time.ms, context: METER_STOP };
    flattening.add(registerReading({ ...at, value: register.wh, transactionId, quality: time.quality }));
  }
  const data = payload['transactionData'];
  if (Array.isArray(data)) flattening.addMeterValues(data);
  else if (!isAbsent(data)) {
    const why = fault('missing_meter_value', `transactionData is ${excerpt(data)}`);
    flattening.rejectField('/transactionData', why, jsonText(payload));
  }

  const session: SessionStop = {
    ...{ kind: 'stop', transactionId, idTag: idTag.text === '' ? null : idTag.text },
    endedAtMs: time.ok ? time.ms : null,
    meterStopWh: register.ok ? register.wh : null,
    reason: reason.text,
  };
  return { ...flattening.result(), session: isOurs ? session : null };
}

/** As sent; digits in a text lose their leading zeros, so that they name the session that the number names. */
function stoppedTransaction(sent: unknown): string | undefined {
  const transaction = transactionOf(sent) ?? undefined;
  return transaction !== undefined && /^\d{1,15}$/.test(transaction)
    ? String(Number(transaction))
    : transaction;
}

/**
 * What tells of the session again when a bad part is sent again by itself, all of it: fewer facts would be other facts. A
 * text too long to be used is cut so that it is still too long, since each of many bad parts repeats it.
 */
function shortFields(payload: Json): Json {
  return {
    transactionId: payload['transactionId'],
    timestamp: shortened(payload['timestamp'], MAX_TIMESTAMP_LENGTH),
    meterStop: shortened(payload['meterStop'], MAX_VALUE_LENGTH),
    idTag: shortened(payload['idTag'], MAX_NAME_LENGTH),
    reason: shortened(payload['reason'], MAX_NAME_LENGTH),
  };
}

function shortened(sent: unknown, longest: number): unknown {
  if (typeof sent === 'string') return sent.slice(0, longest + 1);
  return typeof sent === 'object' ? null : sent;
}
