/**
 * A MeterValues.req (OCPP 1.6; the payload of plain JSON ingest has the same shape) becomes readings, one for each good
 * sampled value, and rejects, one for each part that can't become one:
 *
 *     payload = { connectorId, transactionId?, meterValue: [{ timestamp, sampledValue: [SampledValue] }] }
 *     SampledValue (section 7.43) = { value, context?, format?, measurand?, phase?, location?, unit? }
 *
 * Written by hand instead of as a schema: every reading passes here twice, and a schema would refuse the whole message
 * where one value is bad.
 */
import { excerpt, jsonText } from './excerpt.js';
import { isCleanText, isName } from './identifier.js';
import { Quality, type Reading } from './reading.js';
import type { Reject, RejectReason } from './reject.js';
import { parseTimestamp } from './timestamp.js';
import { toBaseUnit, unitRule } from './units.js';

/** What is possible as a reading's time. */
export interface ReadingLimits {
  /** Milliseconds that a timestamp may be ahead of the message's arrival. */
  readonly maxAheadMs: number;
  /** Milliseconds since 1970 UTC; older timestamps are rejected. */
  readonly minTimestampMs: number;
}

export interface MeterValuesMessage {
  readonly chargePointId: string;
  /** The request as parsed JSON, whatever it is. */
  readonly payload: unknown;
  /** When the gateway heard it, ms since 1970 UTC. */
  readonly receivedAt: number;
}

export interface FlatMessage {
  readonly readings: readonly Reading[];
  /** Paths are distinct. A fault of the whole message has path '' and stands alone. */
  readonly rejects: readonly Reject[];
}

/** After this many rejects of one message the rest become one more, with path '' and the whole payload as raw text. */
export const MAX_REJECTS_PER_MESSAGE = 1_000;
/** Largest magnitude of a value: beyond 2^53 (9e15) whole numbers are no longer exact. */
const MAX_MAGNITUDE = 1e15;
const MAX_CONNECTOR = 2_147_483_647;

type Json = Readonly<Record<string, unknown>>;

/** Never throws, whatever the payload. A message without any good value has at least one reject. */
export function flattenMeterValues(message: MeterValuesMessage, limits: ReadingLimits): FlatMessage {
  const { payload } = message;
  const whole = (reason: RejectReason, detail: string): FlatMessage => ({
    readings: [],
    rejects: [{ reason, path: '', detail, raw: jsonText(payload), rawKind: 'meterValues' }],
  });
  if (!isObject(payload)) return whole('not_meter_values', `the payload is ${excerpt(payload)}`);
  const connectorId = connectorOf(payload['connectorId']);
  if (connectorId === undefined) {
    return whole('invalid_connector', `connectorId is ${excerpt(payload['connectorId'])}`);
  }
  const transactionId = transactionOf(payload['transactionId']);
  if (transactionId === undefined) {
    return whole('invalid_transaction', `transactionId is ${excerpt(payload['transactionId'])}`);
  }
  const meterValues = payload['meterValue'];
  if (!Array.isArray(meterValues) || meterValues.length === 0) {
    return whole(
      'missing_meter_value',
      `meterValue is ${meterValues === undefined ? 'missing' : excerpt(meterValues)}`,
    );
  }
  const flattening = new Flattening(message, connectorId, transactionId, limits);
  for (let i = 0; i < meterValues.length; i++) flattening.addMeterValue(meterValues[i], i);
  return flattening.result();
}

/** One message on its way to readings and rejects. */
class Flattening {
  private readonly readings: Reading[] = [];
  private readonly rejects: Reject[] = [];
  private collapsed = 0;
  private firstCollapsed: Reject | undefined;

  constructor(
    private readonly message: MeterValuesMessage,
    private readonly connectorId: number,
    private readonly transactionId: string | null,
    private readonly limits: ReadingLimits,
  ) {}

  addMeterValue(meterValue: unknown, index: number): void {
    const fault = (reason: RejectReason, detail: string): void =>
      this.reject(reason, `/meterValue/${index}`, detail, meterValue);
    if (!isObject(meterValue)) {
      fault('missing_sampled_value', `the meterValue is ${excerpt(meterValue)}`);
      return;
    }
    const sampledValues = meterValue['sampledValue'];
    if (!Array.isArray(sampledValues) || sampledValues.length === 0) {
      fault(
        'missing_sampled_value',
        `sampledValue is ${sampledValues === undefined ? 'missing' : excerpt(sampledValues)}`,
      );
      return;
    }
    const sent = meterValue['timestamp'];
    if (sent === undefined || sent === null || sent === '') {
      fault('missing_timestamp', 'timestamp is missing');
      return;
    }
    const timestamp = typeof sent === 'string' ? parseTimestamp(sent) : undefined;
    if (timestamp === undefined) {
      fault('invalid_timestamp', `timestamp is ${excerpt(sent)}`);
      return;
    }
    if (timestamp.ms > this.message.receivedAt + this.limits.maxAheadMs) {
      fault('timestamp_out_of_range', `timestamp ${excerpt(sent)} is too far ahead of its arrival`);
      return;
    }
    if (timestamp.ms < this.limits.minTimestampMs) {
      fault('timestamp_out_of_range', `timestamp ${excerpt(sent)} is older than allowed`);
      return;
    }
    const quality = timestamp.assumedUtc ? Quality.ASSUMED_UTC : 0;
    for (let j = 0; j < sampledValues.length; j++) {
      this.addSampledValue(sampledValues[j], index, j, timestamp.ms, quality);
    }
  }

  private addSampledValue(
    sampled: unknown,
    index: number,
    subIndex: number,
    timestampMs: number,
    timeQuality: number,
  ): void {
    const fault = (reason: RejectReason, detail: string): void =>
      this.reject(reason, `/meterValue/${index}/sampledValue/${subIndex}`, detail, sampled);
    if (!isObject(sampled)) {
      fault('missing_value', `the sampledValue is ${excerpt(sampled)}`);
      return;
    }
    const sent = sampled['value'];
    if (sent === undefined || sent === null || sent === '') {
      fault('missing_value', 'value is missing');
      return;
    }
    if (sampled['format'] === 'SignedData') {
      fault('signed_data', 'format is SignedData');
      return;
    }

    const measurand = nameOf(sampled['measurand'], 'Energy.Active.Import.Register');
    const context = nameOf(sampled['context'], 'Sample.Periodic');
    const location = nameOf(sampled['location'], 'Outlet');
    const phase = nameOf(sampled['phase'], '');
    const unit = nameOf(sampled['unit'], '');
    if (
      measurand === undefined ||
      context === undefined ||
      location === undefined ||
      phase === undefined ||
      unit === undefined
    ) {
      const field = NAMES.find((name) => nameOf(sampled[name], '') === undefined) ?? '';
      fault('invalid_name', `${field} is ${excerpt(sampled[field])}`);
      return;
    }

    // The shortest decimal text of a double reads back as that double, so numbers take the same way as texts.
    const text = typeof sent === 'string' ? sent : typeof sent === 'number' ? String(sent) : undefined;
    const rule = unitRule(measurand, unit);
    // A JSON number such as 1e400 is parsed as Infinity: a number, only too large.
    const value =
      sent === Infinity || sent === -Infinity ? Infinity : text === undefined ? NaN : toBaseUnit(text, rule);
    if (Number.isNaN(value)) {
      fault('invalid_value', `value is ${excerpt(sent)}`);
      return;
    }
    if (Math.abs(value) > MAX_MAGNITUDE) {
      fault('value_out_of_range', `value is ${excerpt(sent)} ${excerpt(unit)}`);
      return;
    }

    this.readings.push({
      chargePointId: this.message.chargePointId,
      evseId: 0,
      connectorId: this.connectorId,
      measurand,
      phase,
      location,
      unit: rule.unit,
      context,
      timestampMs,
      value,
      transactionId: this.transactionId,
      quality: typeof sent === 'number' ? timeQuality | Quality.NUMBER_FOR_STRING : timeQuality,
    });
  }

  private reject(reason: RejectReason, path: string, detail: string, part: unknown): void {
    if (this.rejects.length < MAX_REJECTS_PER_MESSAGE) {
      this.rejects.push({ reason, path, detail, raw: jsonText(part), rawKind: 'meterValues' });
      return;
    }
    this.firstCollapsed ??= { reason, path, detail, raw: '', rawKind: 'meterValues' };
    this.collapsed++;
  }

  result(): FlatMessage {
    const first = this.firstCollapsed;
    if (first !== undefined) {
      const detail = `${this.collapsed} more parts are bad, the first at ${first.path}: ${first.detail}`;
      this.rejects.push({
        reason: first.reason,
        path: '',
        detail,
        raw: jsonText(this.message.payload),
        rawKind: 'meterValues',
      });
    }
    return { readings: this.readings, rejects: this.rejects };
  }
}

const NAMES = ['measurand', 'context', 'location', 'phase', 'unit'] as const;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The name as sent, `absent` when it is missing, null or empty (chargers send all three); undefined when it is no name. */
function nameOf(value: unknown, absent: string): string | undefined {
  if (value === undefined || value === null || value === '') return absent;
  return isName(value) ? value : undefined;
}

/** Missing means the charge point as a whole, connector 0, though OCPP demands the field. Digits in a string are accepted. */
function connectorOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return 0;
  const connector =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\d{1,10}$/.test(value)
        ? Number(value)
        : NaN;
  return Number.isInteger(connector) && connector >= 0 && connector <= MAX_CONNECTOR
    ? connector + 0
    : undefined;
}

function transactionOf(value: unknown): string | null | undefined {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  return typeof value === 'string' && value.length <= 36 && isCleanText(value) ? value : undefined;
}
