import { Quality, type Reading } from '../reading.js';
import type { Leniency } from './leniencies.js';

/** As the first edition of the schemas of OCPP 1.6 spelt it. */
const CELCIUS = '"Celcius"';

/**
 * What flattening forgave, by what the readings say of themselves: the schema is not asked about meter values, which are
 * most of what charge points send.
 */
export function leniencySetOfReadings(readings: readonly Reading[], frameText: string): Set<Leniency> {
  let qualities = 0;
  for (const { quality } of readings) qualities |= quality;
  const leniencies = new Set<Leniency>();
  if ((qualities & Quality.ASSUMED_UTC) !== 0) leniencies.add('zonelessTimestamp');
  if ((qualities & Quality.NUMBER_FOR_STRING) !== 0) leniencies.add('numberForString');
  if (frameText.includes(CELCIUS)) leniencies.add('unitSpelling');
  return leniencies;
}
