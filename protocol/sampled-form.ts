/** In what the sampled values of the two versions of OCPP differ; all else about them is the same. */
import { isAbsent, isObject, type Json } from './leniency.js';
import { Quality } from './reading.js';
import { signedContent16, signedContent201, type SignedContent } from './signed-value.js';
import type { Fault } from './usable-time.js';

export interface SampledForm {
  unitOf(sampled: Json): unknown;
  /** The power of ten that the value is multiplied by; undefined when what was sent is none. */
  multiplierOf(sampled: Json): number | undefined;
  /** Quality of a value that came as a JSON number, or as a text. */
  readonly numberQuality: number;
  readonly textQuality: number;
  signedContentOf(sampled: Json): SignedContent | Fault | null;
  /** What is signed stands in place of the value. */
  readonly isSignedInstead: boolean;
}

/** `{ value: "1.5", unit?: "kWh", format?: "Raw" | "SignedData", ... }` */
export const SAMPLED_16: SampledForm = {
  unitOf: (sampled) => sampled['unit'],
  multiplierOf: () => 0,
  numberQuality: Quality.NUMBER_FOR_STRING,
  textQuality: 0,
  signedContentOf: signedContent16,
  isSignedInstead: true,
};

/** `{ value: 1.5, unitOfMeasure?: { unit?: "kWh", multiplier?: 0 }, signedMeterValue?: {...}, ... }` */
export const SAMPLED_201: SampledForm = {
  unitOf: (sampled) => unitOfMeasure(sampled)['unit'],
  multiplierOf: (sampled) => multiplier(unitOfMeasure(sampled)['multiplier']),
  numberQuality: 0,
  textQuality: Quality.STRING_FOR_NUMBER,
  signedContentOf: signedContent201,
  isSignedInstead: false,
};

const NO_UNIT: Json = {};

/** One that isn't an object says nothing; a name in its place is the unit, as it stood in OCPP 1.6. */
function unitOfMeasure(sampled: Json): Json {
  const sent = sampled['unitOfMeasure'];
  if (isObject(sent)) return sent;
  return isAbsent(sent) ? NO_UNIT : { unit: sent };
}

/** Quecto to quetta: no unit has more. */
const MAX_MULTIPLIER = 30;

function multiplier(sent: unknown): number | undefined {
  if (isAbsent(sent)) return 0;
  const value =
    typeof sent === 'number'
      ? sent
      : typeof sent === 'string' && /^[+-]?\d{1,3}$/.test(sent)
        ? Number(sent)
        : NaN;
  return Number.isInteger(value) && Math.abs(value) <= MAX_MULTIPLIER ? value + 0 : undefined;
}
