/**
 * Meter values on their way to readings and rejects, whichever request carries them. Written by hand instead of as a
 * schema: every reading passes here twice, and a schema would refuse the whole message where one value is bad.
 */
import { excerpt, jsonText } from './excerpt.js';
import { isAbsent, isObject, MAX_MAGNITUDE, nameOf, type Json } from './leniency.js';
import type { Reading } from './reading.js';
import type { RawKind, Reject, RejectReason } from './reject.js';
import { SAMPLED_16, SAMPLED_201, type SampledForm } from './sampled-form.js';
import type { SignedValue } from './signed-value.js';
import { toBaseUnit, unitRule } from './units.js';
import { usableTime, type Fault, type ReadingLimits, type UsableTime } from './usable-time.js';

export interface FlatMessage {
  readonly readings: readonly Reading[];
  /** Paths are distinct. A fault of the whole message has path '' and stands alone. */
  readonly rejects: readonly Reject[];
  /** Absent: none. */
  readonly signedValues?: readonly SignedValue[];
}

/** What all readings of a request have in common, and what judges their time. */
export interface Origin {
  readonly chargePointId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly transactionId: string | null;
  /** ms since 1970 UTC. */
  readonly receivedAt: number;
  readonly limits: ReadingLimits;
}

/** How a bad part becomes a request of its own. */
export interface RequestShape {
  readonly kind: Extract<RawKind, 'meterValues' | 'stopTransaction' | 'transactionEvent'>;
  readonly version: '1.6' | '2.0.1';
  /** The field that holds the meter values. */
  readonly list: 'meterValue' | 'transactionData';
  /** The other fields: short ones, since every bad part repeats them. */
  readonly fields: Json;
}

/** After this many rejects of one message the rest become one more, with path ''. */
export const MAX_REJECTS_PER_MESSAGE = 1_000;
const NAMES = ['measurand', 'context', 'location', 'phase'] as const;

/** One message on its way to readings and rejects. */
export class Flattening {
  private readonly readings: Reading[] = [];
  private readonly rejects: Reject[] = [];
  private readonly signedValues: SignedValue[] = [];
  private readonly rest = new RestOfRejects();
  private readonly form: SampledForm;

  constructor(
    private readonly origin: Origin,
    private readonly shape: RequestShape,
  ) {
    this.form = shape.version === '1.6' ? SAMPLED_16 : SAMPLED_201;
  }

  addMeterValues(meterValues: readonly unknown[]): void {
    for (let i = 0; i < meterValues.length; i++) this.addMeterValue(meterValues[i], i);
  }

  /** A reading of the request itself, beside its meter values. */
  add(reading: Reading): void {
    this.readings.push(reading);
  }

  /** A fault in the request's own fields, beside its meter values. */
  rejectField(path: string, { reason, detail }: Fault, raw: string): void {
    this.rejects.push({ reason, path, detail, raw, rawKind: this.shape.kind });
  }

  result(): FlatMessage {
    const rest = this.rest.reject();
    if (rest !== undefined) {
      const { first, detail, parts } = rest;
      this.rejects.push({ ...first, path: '', detail, raw: this.request(parts) });
    }
    const { readings, rejects, signedValues } = this;
    return signedValues.length === 0 ? { readings, rejects } : { readings, rejects, signedValues };
  }

  private addMeterValue(meterValue: unknown, index: number): void {
    const reject = (reason: RejectReason, detail: string): void =>
      this.reject(reason, `/${this.shape.list}/${index}`, detail, () => ({
        index,
        head: null,
        part: jsonText(meterValue),
      }));
    if (!isObject(meterValue)) {
      reject('missing_sampled_value', `the meterValue is ${excerpt(meterValue)}`);
      return;
    }
    const sampledValues = meterValue['sampledValue'];
    if (!Array.isArray(sampledValues) || sampledValues.length === 0) {
      reject(
        'missing_sampled_value',
        `sampledValue is ${sampledValues === undefined ? 'missing' : excerpt(sampledValues)}`,
      );
      return;
    }
    const time = usableTime(meterValue['timestamp'], this.origin.receivedAt, this.origin.limits);
    if (!time.ok) {
      reject(time.reason, time.detail);
      return;
    }
    for (let j = 0; j < sampledValues.length; j++) {
      this.addSampledValue(sampledValues[j], index, j, meterValue, time);
    }
  }

  private addSampledValue(
    sampled: unknown,
    index: number,
    subIndex: number,
    meterValue: Json,
    time: UsableTime,
  ): void {
    const reject = (reason: RejectReason, detail: string, within = ''): void =>
      this.reject(reason, `/${this.shape.list}/${index}/sampledValue/${subIndex}${within}`, detail, () => ({
        index,
        // Usable, hence short.
        head: `{"timestamp":${jsonText(meterValue['timestamp'])},"sampledValue":[`,
        part: jsonText(sampled),
      }));
    if (!isObject(sampled)) {
      reject('missing_value', `the sampledValue is ${excerpt(sampled)}`);
      return;
    }
    const { form } = this;
    const measurand = nameOf(sampled['measurand'], 'Energy.Active.Import.Register');
    const context = nameOf(sampled['context'], 'Sample.Periodic');
    const location = nameOf(sampled['location'], 'Outlet');
    const phase = nameOf(sampled['phase'], '');
    const unit = nameOf(form.unitOf(sampled), '');
    const sent = sampled['value'];
    const signed = form.signedContentOf(sampled);
    if (isAbsent(sent) && (signed === null || form.isSignedInstead)) {
      reject('missing_value', 'value is missing');
      return;
    }
    if (
      measurand === undefined ||
      context === undefined ||
      location === undefined ||
      phase === undefined ||
      unit === undefined
    ) {
      const field = NAMES.find((name) => nameOf(sampled[name], '') === undefined);
      reject(
        'invalid_name',
        `${field ?? 'unit'} is ${excerpt(field === undefined ? form.unitOf(sampled) : sampled[field])}`,
      );
      return;
    }

    const { chargePointId, evseId, connectorId, transactionId } = this.origin;
    if (signed !== null) {
      if ('ok' in signed)
        reject(signed.reason, signed.detail, form.isSignedInstead ? '' : '/signedMeterValue');
      else {
        const names = { chargePointId, evseId, connectorId, measurand, phase, location, context };
        this.signedValues.push({ ...names, timestampMs: time.ms, transactionId, ...signed });
      }
      if (form.isSignedInstead) return;
      if (isAbsent(sent)) {
        reject('missing_value', 'value is missing beside the signed one');
        return;
      }
    }

    const multiplier = form.multiplierOf(sampled);
    if (multiplier === undefined) {
      reject('invalid_value', `the multiplier of the unit is ${excerpt(sampled['unitOfMeasure'])}`);
      return;
    }
    // The shortest decimal text of a double reads back as that double, so numbers take the same way as texts.
    const text = typeof sent === 'string' ? sent : typeof sent === 'number' ? String(sent) : undefined;
    const rule = unitRule(measurand, unit);
    const shifted = multiplier === 0 ? rule : { ...rule, shift: rule.shift + multiplier };
    // A JSON number such as 1e400 is parsed as Infinity: a number, only too large.
    const value =
      sent === Infinity || sent === -Infinity
        ? Infinity
        : text === undefined
          ? NaN
          : toBaseUnit(text, shifted);
    if (Number.isNaN(value)) {
      reject('invalid_value', `value is ${excerpt(sent)}`);
      return;
    }
    if (Math.abs(value) > MAX_MAGNITUDE) {
      reject('value_out_of_range', `value is ${excerpt(sent)} ${excerpt(unit)}`);
      return;
    }

    this.readings.push({
      chargePointId,
      evseId,
      connectorId,
      measurand,
      phase,
      location,
      unit: rule.unit,
      context,
      timestampMs: time.ms,
      value,
      transactionId,
      quality: time.quality | (typeof sent === 'number' ? form.numberQuality : form.textQuality),
    });
  }

  private reject(reason: RejectReason, path: string, detail: string, badPart: () => BadPart): void {
    const bad = badPart();
    const reject = { reason, path, detail, rawKind: this.shape.kind };
    if (this.rejects.length < MAX_REJECTS_PER_MESSAGE) {
      this.rejects.push({ ...reject, raw: this.request(meterValueText(bad.head, [bad.part])) });
    } else {
      this.rest.add(reject, bad);
    }
  }

  /** JSON text of a request with these meter values alone. */
  private request(meterValues: string): string {
    const fields = jsonText(this.shape.fields).slice(1, -1);
    return `{${fields}${fields === '' ? '' : ','}"${this.shape.list}":[${meterValues}]}`;
  }
}

interface BadPart {
  /** Of the meterValue in the message. */
  readonly index: number;
  /** JSON text that comes before a bad sampledValue; null when the meterValue as a whole is bad. */
  readonly head: string | null;
  /** JSON text; '' when it has none. */
  readonly part: string;
}

function meterValueText(head: string | null, parts: readonly string[]): string {
  const text = parts.map((part) => (part === '' ? 'null' : part)).join(',');
  return head === null ? text : `${head}${text}]}`;
}

type RejectWithoutRaw = Omit<Reject, 'raw'>;

/** The rejects beyond {@link MAX_REJECTS_PER_MESSAGE} of one message, as one. */
class RestOfRejects {
  private first: RejectWithoutRaw | undefined;
  private count = 0;
  private readonly meterValues: {
    readonly index: number;
    readonly head: string | null;
    readonly parts: string[];
  }[] = [];

  add(reject: RejectWithoutRaw, { index, head, part }: BadPart): void {
    this.first ??= reject;
    this.count++;
    const last = this.meterValues.at(-1);
    if (last !== undefined && last.index === index) last.parts.push(part);
    else this.meterValues.push({ index, head, parts: [part] });
  }

  reject(): { first: RejectWithoutRaw; detail: string; parts: string } | undefined {
    const { first } = this;
    if (first === undefined) return undefined;
    return {
      first,
      detail: `${this.count} more parts are bad, the first at ${first.path}: ${first.detail}`,
      parts: this.meterValues.map(({ head, parts }) => meterValueText(head, parts)).join(','),
    };
  }
}
