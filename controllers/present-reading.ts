import { qualityNames } from '../protocol/quality-names.js';
import type { StoredReading } from '../store/read/stored-reading.js';

/** In CSV: what names the key of a reading, and all of it. */
export const KEY_COLUMNS: readonly string[] = [
  'chargePointId',
  'evseId',
  'connectorId',
  'measurand',
  'phase',
  'location',
  'unit',
  'context',
  'timestamp',
];
export const READING_COLUMNS: readonly string[] = [...KEY_COLUMNS, 'value', 'transactionId', 'quality'];

/** The columns of a reading that name its key. */
export function presentKey(reading: StoredReading) {
  return {
    chargePointId: reading.chargePointId,
    evseId: reading.evseId,
    connectorId: reading.connectorId,
    measurand: reading.measurand,
    phase: reading.phase,
    location: reading.location,
    unit: reading.unit,
    context: reading.context,
    timestamp: reading.timestamp.toISOString(),
  };
}

export function presentReading(reading: StoredReading) {
  return { ...presentKey(reading), ...presentValue(reading) };
}

/** What a reading says at its key. */
export function presentValue(reading: Pick<StoredReading, 'value' | 'transactionId' | 'quality'>) {
  return {
    value: reading.value,
    transactionId: reading.transactionId,
    quality: qualityNames(reading.quality),
  };
}
