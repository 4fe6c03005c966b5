/** A charge point's request, judged by the official schema: what is wrong with it, and whether it is understood all the same. */
import type { ErrorObject } from 'ajv';
import { isObject, type Json } from '../leniency.js';
import type { OcppError } from '../ocpp-error-codes.js';
import { parseTimestamp } from '../timestamp.js';
import { describeViolation, violatedPath } from './describe-violation.js';
import type { Leniency } from './leniencies.js';
import type { MessageSchema } from './message-schemas.js';
import { payloadSample } from './payload-sample.js';
import { placeOf, type Place } from './payload-place.js';

/** What one action forgives beyond what all do, and what it does not. Fields as {@link Place.field} has them. */
export interface Tolerance {
  /** Required, and can be done without. */
  readonly dispensable?: readonly string[];
  /** Required texts that may come as numbers. */
  readonly numberForString?: readonly string[];
  /** Whole numbers of which a fraction is the worker's to judge. */
  readonly fractionForInteger?: readonly string[];
  /** Fields that may be left out, and mean something here: one of a wrong type is refused. */
  readonly used?: readonly string[];
  /** Names of which no other can be understood. */
  readonly strict?: readonly string[];
  /** A list of meter values: what is wrong in it costs the one value, for flattening reads it piece by piece. */
  readonly meterValues?: string;
}

export interface PayloadFault {
  readonly error: OcppError;
  readonly description: string;
}

export interface Judgement {
  /** Each once. */
  readonly leniencies: readonly Leniency[];
  /** The first that can't be forgiven; what was sent wrong comes before what is missing. */
  readonly fault: PayloadFault | null;
}

export interface JudgedRequest {
  readonly schema: MessageSchema;
  readonly payload: unknown;
  /** That it came in. */
  readonly frameText: string;
  readonly tolerance: Tolerance;
}

/** A payload with more errors than any real message is refused without a look at each. */
const MAX_ERRORS = 1_000;
/** Meter values are most of what is sent, and those of one message err alike: its first ones are judged. */
const JUDGED_METER_VALUES = 4;
const CELCIUS = '"Celcius"';
const FLAWLESS: Judgement = Object.freeze({ leniencies: [], fault: null });
/** A longer text is forgiven up to so many characters, or up to twice its limit. */
const FORGIVEN_TEXT_LENGTH = 255;
const DIGITS = /^[+-]?\d{1,20}(?:\.\d{1,20})?$/;
const BOOLEAN = /^(?:true|false)$/i;

/** Never throws, whatever the payload. */
export function judgeRequest({ schema, payload, frameText, tolerance }: JudgedRequest): Judgement {
  if (!isObject(payload)) return refused('payload', 'the payload is not an object');
  const { meterValues } = tolerance;
  const cut = meterValues === undefined ? payload : withFewer(payload, meterValues);
  const sample = payloadSample(cut, frameText.length);
  if (sample === undefined) return refused('property', 'the payload has more values than any real message');
  const forgiven = new Set<Leniency>();
  if (meterValues !== undefined && frameText.includes(CELCIUS)) forgiven.add('unitSpelling');
  if (schema.validate(sample))
    return forgiven.size === 0 ? FLAWLESS : { leniencies: [...forgiven], fault: null };
  const errors = errorsToJudge(schema.validate.errors ?? [], meterValues);
  if (errors.length > MAX_ERRORS) return refused('property', `the payload has ${errors.length} faults`);
  let fault: PayloadFault | null = null;
  for (const error of errors) {
    const place = placeOf(schema.schema, sample, violatedPath(error));
    const verdict = judge(error, place, tolerance);
    if (verdict === null) continue;
    if ('forgiven' in verdict) forgiven.add(verdict.forgiven);
    else if (place.field.startsWith(`${meterValues ?? ''}.`)) continue;
    else if (isUnused(place, tolerance)) forgiven.add('unusedField');
    else if (fault === null || (fault.error === 'occurrence' && verdict.error !== 'occurrence')) {
      fault = { error: verdict.error, description: describeViolation(error).description };
    }
  }
  return { leniencies: [...forgiven], fault };
}

function refused(error: OcppError, description: string): Judgement {
  return { leniencies: [], fault: { error, description } };
}

function withFewer(payload: Json, meterValues: string): Json {
  const list = payload[meterValues];
  if (!Array.isArray(list) || list.length <= JUDGED_METER_VALUES) return payload;
  return { ...payload, [meterValues]: list.slice(0, JUDGED_METER_VALUES) };
}

/** Of meter values each kind of error once: a charge point that sends numbers for texts does so in each. */
function errorsToJudge(errors: readonly ErrorObject[], meterValues: string | undefined): ErrorObject[] {
  if (meterValues === undefined) return [...errors];
  const within = `/${meterValues}/`;
  const kinds = new Set<string>();
  return errors.filter(({ instancePath, schemaPath }) => {
    if (!instancePath.startsWith(within)) return true;
    if (kinds.has(schemaPath)) return false;
    kinds.add(schemaPath);
    return true;
  });
}

type Verdict = { readonly forgiven: Leniency } | { readonly error: OcppError };

/** null: another error of the same value says it. */
function judge(error: ErrorObject, place: Place, tolerance: Tolerance): Verdict | null {
  const { value } = place;
  switch (error.keyword) {
    case 'required':
      return tolerance.dispensable?.includes(place.field) === true
        ? { forgiven: 'missingPart' }
        : { error: 'occurrence' };
    case 'additionalProperties':
      return { forgiven: 'additionalProperty' };
    case 'type':
      return judgeType(error, place, tolerance);
    case 'enum':
      if (typeof value !== 'string') return null;
      if (value === '' && !place.isRequired) return { forgiven: 'emptyForAbsent' };
      return tolerance.strict?.includes(place.field) === true
        ? { error: 'property' }
        : { forgiven: 'unknownValue' };
    case 'format':
      return judgeFormat(place);
    case 'maxLength': {
      const { limit } = error.params as { readonly limit: number };
      const isShort = typeof value === 'string' && value.length <= Math.max(FORGIVEN_TEXT_LENGTH, 2 * limit);
      return isShort ? { forgiven: 'textTooLong' } : { error: 'property' };
    }
    case 'minItems':
      return place.isRequired ? { error: 'occurrence' } : { forgiven: 'emptyForAbsent' };
    case 'maxItems':
      return { forgiven: 'listTooLong' };
    default:
      return { error: 'property' };
  }
}

function judgeType({ params }: ErrorObject, place: Place, tolerance: Tolerance): Verdict {
  const { value, schema, isRequired, field } = place;
  const { type } = params as { readonly type: string };
  const forgiven = (leniency: Leniency): Verdict => ({ forgiven: leniency });
  if (value === null) {
    if (!isRequired) return forgiven('nullForAbsent');
    return tolerance.dispensable?.includes(field) === true ? forgiven('missingPart') : { error: 'type' };
  }
  if (value === '' && !isRequired) return forgiven('emptyForAbsent');
  if (type === 'string' && typeof value === 'number') {
    const isText = schema?.enum === undefined && schema?.format === undefined;
    const mayBe = !isRequired || tolerance.numberForString?.includes(field) === true;
    if (isText && mayBe && tolerance.used?.includes(field) !== true) return forgiven('numberForString');
  }
  if (type === 'number' || type === 'integer') {
    if (typeof value === 'string' && DIGITS.test(value)) return forgiven('stringForNumber');
    if (typeof value === 'number' && tolerance.fractionForInteger?.includes(field) === true) {
      return forgiven('fractionForInteger');
    }
  }
  if (type === 'boolean') {
    if (value === 0 || value === 1) return forgiven('stringForBoolean');
    if (typeof value === 'string' && BOOLEAN.test(value)) return forgiven('stringForBoolean');
  }
  return { error: 'type' };
}

function judgeFormat({ value, schema, isRequired }: Place): Verdict {
  if (schema?.format !== 'date-time' || typeof value !== 'string') return { error: 'property' };
  if (value === '' && !isRequired) return { forgiven: 'emptyForAbsent' };
  const read = parseTimestamp(value);
  if (read === undefined) return { forgiven: 'unusableTimestamp' };
  return { forgiven: read.assumedUtc ? 'zonelessTimestamp' : 'timestampSpelling' };
}

/** It may be left out, and nothing here reads it. */
function isUnused({ optionalPart, field }: Place, { used = [] }: Tolerance): boolean {
  if (optionalPart === undefined) return false;
  // A vendor's own, which the specification lets in everywhere.
  if (field.split('.').includes('customData')) return true;
  return !used.some((name) => field === name || field.startsWith(`${name}.`) || name.startsWith(`${field}.`));
}
