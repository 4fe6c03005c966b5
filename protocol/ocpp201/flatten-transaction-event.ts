/**
 * A TransactionEvent.req of OCPP 2.0.1 (part 2, section 1.60) becomes the start, an update or the stop of a session, the
 * readings and signed values of its meter values, and a reject for each part that can't be used:
 *
 *     payload = { eventType: "Started" | "Updated" | "Ended", timestamp, triggerReason, seqNo,
 *                 transactionInfo: { transactionId, stoppedReason?, ... },
 *                 idToken?: { idToken, type }, evse?: { id, connectorId? }, meterValue?: [MeterValue], ... }
 *
 * What measures is the EVSE, whichever of its connectors is used: the readings are those of the EVSE as a whole, as in
 * MeterValues, so that one meter makes one series. A station tells the EVSE (and the idToken) once, not always in `Started`:
 * readings of an event without it take that of their session, which is known where they are stored.
 */
import { excerpt, jsonText } from '../excerpt.js';
import type { MeterValuesMessage } from '../flatten.js';
import { Flattening, type FlatMessage } from '../flattening.js';
import { MAX_NAME_LENGTH } from '../identifier.js';
import { connectorOf, isAbsent, isObject, transactionOf, type Json } from '../leniency.js';
import { CONNECTOR_OF_SESSION, type SessionEvent, type ToldEvse } from '../session.js';
import { labelOf, type FlatSession } from '../session-fields.js';
import { MAX_TIMESTAMP_LENGTH } from '../timestamp.js';
import { fault, usableTime, type Fault, type ReadingLimits } from '../usable-time.js';

/** Reason of an `Ended` that gives none (ReasonEnumType: "Local" may be left out). */
const DEFAULT_REASON = 'Local';
const EVENT_TYPES: ReadonlySet<unknown> = new Set(['Started', 'Updated', 'Ended']);

/** Never throws, whatever the payload. */
export function flattenTransactionEvent(message: MeterValuesMessage, limits: ReadingLimits): FlatSession {
  const { chargePointId, payload, receivedAt } = message;
  const whole = (path: string, { reason, detail }: Fault): FlatSession => ({
    readings: [],
    rejects: [{ reason, path, detail, raw: jsonText(payload), rawKind: 'transactionEvent' }],
    session: null,
  });
  if (!isObject(payload)) return whole('', fault('invalid_session', `the payload is ${excerpt(payload)}`));
  const { eventType } = payload;
  if (!EVENT_TYPES.has(eventType)) {
    return whole('/eventType', fault('invalid_session', `eventType is ${excerpt(eventType)}`));
  }
  const info: Json = isObject(payload['transactionInfo']) ? payload['transactionInfo'] : {};
  const transactionId = transactionOf(info['transactionId']) ?? undefined;
  if (transactionId === undefined) {
    const detail = `transactionId is ${excerpt(info['transactionId'])}`;
    return whole('/transactionInfo/transactionId', fault('invalid_transaction', detail));
  }
  const evse = evseOf(payload['evse']);
  if (evse !== null && 'ok' in evse) return whole('/evse', evse);

  const flattening = new Flattening(
    {
      ...{ chargePointId, transactionId, receivedAt, limits },
      evseId: evse?.evseId ?? 0,
      connectorId: evse === null ? CONNECTOR_OF_SESSION : 0,
    },
    {
      ...{ kind: 'transactionEvent', version: '2.0.1', list: 'meterValue' },
      fields: shortFields(payload, info, evse),
    },
  );
  const reject = (path: string, why: Fault | null): void => {
    if (why !== null) flattening.rejectField(path, why, jsonText({ ...payload, meterValue: undefined }));
  };
  const time = usableTime(payload['timestamp'], receivedAt, limits);
  // An Updated is of use without its time, which its meter values have themselves.
  if (!time.ok && eventType !== 'Updated') reject('/timestamp', time);
  const timeMs = time.ok ? time.ms : null;
  const idTag = labelOf('idToken', tokenOf(payload['idToken']), '');
  reject('/idToken', idTag.fault);
  const reason = labelOf('stoppedReason', info['stoppedReason'], DEFAULT_REASON);
  if (eventType === 'Ended') reject('/transactionInfo/stoppedReason', reason.fault);

  const data = payload['meterValue'];
  if (Array.isArray(data)) flattening.addMeterValues(data);
  else if (!isAbsent(data)) {
    const why = fault('missing_meter_value', `meterValue is ${excerpt(data)}`);
    flattening.rejectField('/meterValue', why, jsonText(payload));
  }
  const flat = flattening.result();
  const by = idTag.text === '' ? null : idTag.text;
  const told = { transactionId, evse };
  const sessionOf = (): SessionEvent => {
    switch (eventType) {
      case 'Started': {
        const meterStartWh = registerAt('Transaction.Begin', flat);
        const place = { evseId: null, connectorId: null };
        return { kind: 'start', ...told, ...place, idTag: idTag.text, startedAtMs: timeMs, meterStartWh };
      }
      case 'Ended': {
        const meterStopWh = registerAt('Transaction.End', flat);
        return { kind: 'stop', ...told, idTag: by, endedAtMs: timeMs, meterStopWh, reason: reason.text };
      }
      default:
        return { kind: 'update', ...told, idTag: by };
    }
  };
  return { ...flat, session: sessionOf() };
}

/** null: not told. An EVSE has an id above 0; a connector that is none is as good as one that isn't told. */
function evseOf(sent: unknown): ToldEvse | Fault | null {
  if (isAbsent(sent)) return null;
  const id = isObject(sent) ? connectorOf(sent['id']) : undefined;
  if (!isObject(sent) || id === undefined || id === 0) {
    return fault('invalid_connector', `evse is ${excerpt(sent)}`);
  }
  const connectorId = connectorOf(sent['connectorId']);
  return { evseId: id, connectorId: connectorId === undefined || connectorId === 0 ? null : connectorId };
}

/** `{ idToken, type }`: the token; one of type NoAuthorization is ''. */
function tokenOf(sent: unknown): unknown {
  return isObject(sent) ? sent['idToken'] : sent;
}

/** What the meter showed at the session's begin or end, where the event tells it of all phases; null: it doesn't. */
function registerAt(context: string, { readings }: FlatMessage): number | null {
  const found = readings.find(
    (reading) =>
      reading.context === context &&
      reading.measurand === 'Energy.Active.Import.Register' &&
      reading.phase === '' &&
      reading.location === 'Outlet' &&
      reading.unit === 'Wh' &&
      reading.value >= 0,
  );
  return found?.value ?? null;
}

/**
 * What tells of the session again when a bad part is sent again by itself: all that {@link flattenTransactionEvent} reads
 * beside the meter values. A text too long to be used is cut so that it is still too long, since each of many bad parts repeats it.
 */
function shortFields(payload: Json, info: Json, evse: ToldEvse | null): Json {
  const token = tokenOf(payload['idToken']);
  return {
    eventType: payload['eventType'],
    timestamp: shortened(payload['timestamp'], MAX_TIMESTAMP_LENGTH),
    transactionInfo: {
      transactionId: info['transactionId'],
      stoppedReason: shortened(info['stoppedReason'], MAX_NAME_LENGTH),
    },
    ...(isAbsent(token) ? {} : { idToken: { idToken: shortened(token, MAX_NAME_LENGTH) } }),
    ...(evse === null
      ? {}
      : {
          evse:
            evse.connectorId === null
              ? { id: evse.evseId }
              : { id: evse.evseId, connectorId: evse.connectorId },
        }),
  };
}

function shortened(sent: unknown, longest: number): unknown {
  if (typeof sent === 'string') return sent.slice(0, longest + 1);
  return typeof sent === 'object' ? null : sent;
}
