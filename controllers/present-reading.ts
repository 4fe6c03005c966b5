import { Quality } from '../protocol/reading.js';
import type { StoredReading } from '../store/read/stored-reading.js';

/** `ASSUMED_UTC` becomes `assumedUtc`. */
const QUALITY_NAMES = Object.entries(Quality).map(
  ([flag, bit]) =>
    [flag.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), bit] as const,
);

/** The names of the bits that are set; [] for a reading that nothing is to be said about. */
export function presentQuality(bits: number): string[] {
  return QUALITY_NAMES.filter(([, bit]) => (bits & bit) !== 0).map(([name]) => name);
}

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
    quality: presentQuality(reading.quality),
  };
}
