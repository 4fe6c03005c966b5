import type { Reading } from '../../protocol/reading.js';
import type { RejectReason } from '../../protocol/reject.js';
import { CONNECTOR_OF_SESSION, type SessionEvent, type ToldEvse } from '../../protocol/session.js';
import type { SignedValue } from '../../protocol/signed-value.js';
import { isStorableText } from './storable-text.js';

const MAX_NAME = 255;
const MAX_VALUE = 1e15;
/** From 1970 on: microseconds are exact, and a day's partition has four digits of year in its name. */
const MAX_TIMESTAMP_MS = Date.UTC(2200, 0, 1);
/** Times of a session need no partition: any that ISO 8601 writes with four digits of year. */
const MIN_SESSION_MS = Date.parse('0001-01-01T00:00:00Z');
const MAX_SESSION_MS = Date.parse('9999-12-31T23:59:59.999Z');
const MAX_INT32 = 2 ** 31 - 1;
const MAX_INT16 = 2 ** 15 - 1;

/*
 * Numbers and names that would fail the flush, or not be found again. The worker lets none of them through, so this is a
 * last line: what fails one flush fails it for ever.
 */

export const isStorableTime = (ms: number): boolean => ms >= 0 && ms < MAX_TIMESTAMP_MS;

export const isStorableValue = (value: number): boolean => Math.abs(value) <= MAX_VALUE;

/** Why its names can't be stored; null when they can. */
export function unstorableNames(reading: Omit<Reading, 'value' | 'quality'>): RejectReason | null {
  const { measurand, phase, location, unit, context, transactionId } = reading;
  if (![measurand, phase, location, unit, context].every((name) => isStorableText(name, MAX_NAME))) {
    return 'invalid_name';
  }
  if (!isInt32(reading.evseId) || !isInt32(reading.connectorId)) return 'invalid_connector';
  return transactionId === null || isStorableText(transactionId, MAX_NAME) ? null : 'invalid_transaction';
}

/** Why the names beside signed data can't be stored; null when they can. */
export function unstorableSigned(value: SignedValue): RejectReason | null {
  const connectorId = value.connectorId === CONNECTOR_OF_SESSION ? 0 : value.connectorId;
  if (!Number.isInteger(value.timestampMs)) return 'timestamp_out_of_range';
  if (![value.encoding, value.signingMethod].every((name) => isStorableText(name, MAX_NAME))) {
    return 'invalid_name';
  }
  return unstorableNames({ ...value, connectorId, unit: '' });
}

/** Why a reading can't be kept waiting, which has to name its transaction; null when it can. */
export function unstorableWaiting(reading: Reading): RejectReason | null {
  if (reading.transactionId === null) return 'invalid_transaction';
  if (!Number.isInteger(reading.timestampMs)) return 'timestamp_out_of_range';
  if (!isIntegerWithin(reading.quality, MAX_INT16)) return 'invalid_value';
  return unstorableNames({ ...reading, connectorId: 0 });
}

export function isStorableSession(session: SessionEvent): boolean {
  if (!isStorableText(session.transactionId, MAX_NAME) || !isStorableEvse(session.evse ?? null)) return false;
  switch (session.kind) {
    case 'start': {
      const { evseId, connectorId, idTag, startedAtMs, meterStartWh } = session;
      return (
        isInt32OrNull(evseId) &&
        isInt32OrNull(connectorId) &&
        isStorableText(idTag, MAX_NAME) &&
        isWholeTime(startedAtMs) &&
        (meterStartWh === null || isStorableValue(meterStartWh))
      );
    }
    case 'stop': {
      const { idTag, endedAtMs, meterStopWh, reason } = session;
      return (
        (idTag === null || isStorableText(idTag, MAX_NAME)) &&
        isStorableText(reason, MAX_NAME) &&
        isWholeTime(endedAtMs) &&
        (meterStopWh === null || isStorableValue(meterStopWh))
      );
    }
    case 'update':
      return session.idTag === null || isStorableText(session.idTag, MAX_NAME);
  }
}

const isStorableEvse = (evse: ToldEvse | null): boolean =>
  evse === null || (isInt32(evse.evseId) && isInt32OrNull(evse.connectorId));

const isWholeTime = (ms: number | null): boolean =>
  ms === null || (Number.isInteger(ms) && ms >= MIN_SESSION_MS && ms <= MAX_SESSION_MS);

const isIntegerWithin = (value: number, max: number): boolean =>
  Number.isInteger(value) && value >= 0 && value <= max;

const isInt32 = (value: number): boolean => isIntegerWithin(value, MAX_INT32);

const isInt32OrNull = (value: number | null): boolean => value === null || isInt32(value);
