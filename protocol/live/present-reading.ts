import { qualityNames } from '../quality-names.js';
import type { LiveReading } from './change.js';

/** A reading as the database gives it. */
export interface ReadingFacts extends Omit<LiveReading, 'timestamp' | 'quality'> {
  readonly timestamp: Date;
  /** Bits of `Quality`. */
  readonly quality: number;
}

/** The fields that name a series. */
export const SERIES_KEY = [
  'chargePointId',
  'evseId',
  'connectorId',
  'measurand',
  'phase',
  'location',
  'unit',
] as const satisfies readonly (keyof LiveReading)[];

/** The fields that name a reading: those of its series, context and time. */
export const READING_KEY = [
  ...SERIES_KEY,
  'context',
  'timestamp',
] as const satisfies readonly (keyof LiveReading)[];
type Key = (typeof READING_KEY)[number];

/** What names the reading. */
export function presentKey(reading: Pick<ReadingFacts, Key>) {
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
  } satisfies Pick<LiveReading, Key>;
}

/** What a reading says at its key. */
export function presentValue(reading: Omit<ReadingFacts, Key>) {
  return {
    value: reading.value,
    transactionId: reading.transactionId,
    quality: qualityNames(reading.quality),
  } satisfies Omit<LiveReading, Key>;
}

/** As API and live feed tell it. */
export function presentReading(reading: ReadingFacts) {
  return { ...presentKey(reading), ...presentValue(reading) } satisfies LiveReading;
}
