/**
 * The MeterValues.req that nearly all charge points send nearly always, read from its text without parsing it: it obeys the
 * official schema to the letter, and each of its values becomes a reading. What is not so plain goes the long way, which
 * judges all there is; both say the same of whatever is taken here (`plain-meter-values.test.ts`).
 */
import type { JsonSchema } from '../ocpp/message-schemas.js';
import { KnownTexts, type TextCursor } from '../text-cursor.js';
import { parseTimestamp } from '../timestamp.js';
import type { ReadingLimits } from '../usable-time.js';

const COMMA = 44;
const COLON = 58;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Of a whole number that a connector or a transaction may have, whatever its digits. */
const MAX_CONNECTOR_DIGITS = 9;
const MAX_TRANSACTION_DIGITS = 15;
/** Such a text is told of as a leniency though the schema has it. */
const MISSPELT = 'Celcius';

/** One bit a field: each comes once at most. */
const REQUEST_FIELDS = new KnownTexts(['connectorId', 'transactionId', 'meterValue']);
const METER_VALUE_FIELDS = new KnownTexts(['timestamp', 'sampledValue']);
const NAMED = ['context', 'measurand', 'phase', 'location', 'unit'] as const;
type Named = (typeof NAMED)[number];
const SAMPLED_FIELDS = new KnownTexts(['value', 'format', ...NAMED]);
const RAW = new KnownTexts(['Raw']);

export class PlainMeterValues {
  private readonly names: Readonly<Record<Named, KnownTexts>>;

  /** @param schema the official one of MeterValues.req */
  constructor(
    schema: JsonSchema,
    private readonly limits: ReadingLimits,
  ) {
    const sampled = schema.properties?.['meterValue']?.items?.properties?.['sampledValue']?.items?.properties;
    const namesOf = (field: Named): KnownTexts => {
      const names = (sampled?.[field]?.enum ?? []) as readonly string[];
      return new KnownTexts(names.filter((name) => name !== MISSPELT));
    };
    this.names = Object.fromEntries(NAMED.map((field) => [field, namesOf(field)])) as typeof this.names;
  }

  /** Reads the payload that begins at the cursor. @param receivedAt ms since 1970 UTC */
  take(cursor: TextCursor, receivedAt: number): boolean {
    if (!cursor.takes(OPEN_OBJECT)) return false;
    let seen = 0;
    do {
      const field = cursor.known(REQUEST_FIELDS);
      if (field === undefined || !cursor.takes(COLON)) return false;
      let bit: number;
      if (field === 'meterValue') {
        bit = 1;
        if (!this.takeList(cursor, receivedAt)) return false;
      } else if (field === 'connectorId') {
        bit = 2;
        if (!cursor.wholeNumber(MAX_CONNECTOR_DIGITS)) return false;
      } else {
        bit = 4;
        if (!cursor.wholeNumber(MAX_TRANSACTION_DIGITS)) return false;
      }
      if ((seen & bit) !== 0) return false;
      seen |= bit;
    } while (cursor.takes(COMMA));
    return (seen & 3) === 3 && cursor.takes(CLOSE_OBJECT);
  }

  private takeList(cursor: TextCursor, receivedAt: number): boolean {
    if (!cursor.takes(OPEN_LIST)) return false;
    do {
      if (!this.takeMeterValue(cursor, receivedAt)) return false;
    } while (cursor.takes(COMMA));
    return cursor.takes(CLOSE_LIST);
  }

  private takeMeterValue(cursor: TextCursor, receivedAt: number): boolean {
    if (!cursor.takes(OPEN_OBJECT)) return false;
    let seen = 0;
    do {
      const field = cursor.known(METER_VALUE_FIELDS);
      if (field === undefined || !cursor.takes(COLON)) return false;
      const bit = field === 'timestamp' ? 1 : 2;
      if ((seen & bit) !== 0) return false;
      seen |= bit;
      const isPlain = bit === 1 ? this.takeTimestamp(cursor, receivedAt) : this.takeSampledValues(cursor);
      if (!isPlain) return false;
    } while (cursor.takes(COMMA));
    return seen === 3 && cursor.takes(CLOSE_OBJECT);
  }

  private takeTimestamp(cursor: TextCursor, receivedAt: number): boolean {
    if (!cursor.plainText()) return false;
    const sent = cursor.text.slice(cursor.from, cursor.to);
    const time = isRfc3339(sent) ? parseTimestamp(sent) : undefined;
    const { maxAheadMs, minTimestampMs } = this.limits;
    return time !== undefined && time.ms <= receivedAt + maxAheadMs && time.ms >= minTimestampMs;
  }

  private takeSampledValues(cursor: TextCursor): boolean {
    if (!cursor.takes(OPEN_LIST)) return false;
    do {
      if (!this.takeSampledValue(cursor)) return false;
    } while (cursor.takes(COMMA));
    return cursor.takes(CLOSE_LIST);
  }

  private takeSampledValue(cursor: TextCursor): boolean {
    if (!cursor.takes(OPEN_OBJECT)) return false;
    let seen = 0;
    do {
      const field = cursor.known(SAMPLED_FIELDS);
      if (field === undefined || !cursor.takes(COLON)) return false;
      const bit = this.takeSampledField(cursor, field as Named | 'value' | 'format');
      if (bit === 0 || (seen & bit) !== 0) return false;
      seen |= bit;
    } while (cursor.takes(COMMA));
    return (seen & 1) === 1 && cursor.takes(CLOSE_OBJECT);
  }

  /** The field's bit; 0 when it is not plain. */
  private takeSampledField(cursor: TextCursor, field: Named | 'value' | 'format'): number {
    switch (field) {
      case 'value':
        return cursor.plainText() && cursor.isPlainDecimal() ? 1 : 0;
      case 'format':
        return cursor.known(RAW) === undefined ? 0 : 2;
      case 'context':
        return cursor.known(this.names.context) === undefined ? 0 : 4;
      case 'measurand':
        return cursor.known(this.names.measurand) === undefined ? 0 : 8;
      case 'phase':
        return cursor.known(this.names.phase) === undefined ? 0 : 16;
      case 'location':
        return cursor.known(this.names.location) === undefined ? 0 : 32;
      case 'unit':
        return cursor.known(this.names.unit) === undefined ? 0 : 64;
    }
  }
}

/** Of what {@link parseTimestamp} reads, whether it is also spelt as RFC 3339 has it, and names its zone. */
function isRfc3339(text: string): boolean {
  const { length } = text;
  if (text[10] !== 'T' || text[16] !== ':' || text[19] === ',') return false;
  if (text[length - 1] === 'Z') return true;
  return text[length - 3] === ':' && (text[length - 6] === '+' || text[length - 6] === '-');
}
