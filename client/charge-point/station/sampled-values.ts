import type { ReadingInput, Sample } from '../language/reading.js';

/** The measurand that a unit speaks of when none is named; energy is OCPP's own default, and isn't written out. */
const MEASURAND_OF_UNIT: ReadonlyMap<string, string> = new Map([
  ['varh', 'Energy.Reactive.Import.Register'],
  ['kvarh', 'Energy.Reactive.Import.Register'],
  ['W', 'Power.Active.Import'],
  ['kW', 'Power.Active.Import'],
  ['var', 'Power.Reactive.Import'],
  ['kvar', 'Power.Reactive.Import'],
  ['A', 'Current.Import'],
  ['V', 'Voltage'],
  ['Percent', 'SoC'],
  ['Celsius', 'Temperature'],
  ['Fahrenheit', 'Temperature'],
  ['K', 'Temperature'],
  ['Kelvin', 'Temperature'],
]);

/** A SampledValue of OCPP 1.6 (section 7.43), with nothing in it that wasn't meant. */
export function sampledValue({ fields }: Sample): Readonly<Record<string, string>> {
  const measurand = fields.measurand ?? MEASURAND_OF_UNIT.get(fields.unit ?? '');
  return measurand === undefined || fields.measurand !== undefined ? fields : { ...fields, measurand };
}

/** The time of a reading that is taken at `now` (ms since 1970 UTC), as text. */
export function readingTimestamp({ time }: ReadingInput, now: number): string {
  return time.kind === 'text' ? time.text : new Date(now + time.ms).toISOString();
}

/** `1250.5 kWh, 7.2 kW L1`: what a reading says, for people. */
export function describeSamples(samples: readonly Sample[]): string {
  return samples
    .map((sample) => {
      const { value = '', unit = '', measurand = '', ...rest } = sampledValue(sample);
      return [value, unit, measurand, ...Object.values(rest)].filter((word) => word !== '').join(' ');
    })
    .join(', ');
}
