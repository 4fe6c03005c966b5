import { PlainMeterValues } from './ocpp16/plain-meter-values.js';
import { OCPP_16 } from './ocpp16/ocpp16-protocol.js';
import { KnownTexts, TextCursor } from './text-cursor.js';
import type { ReadingLimits } from './usable-time.js';

/** A message that is accepted as it is. */
export interface PlainMessage {
  readonly id: string;
  readonly chargePointId: string;
  /** JSON. */
  readonly payloadText: string;
}

export interface PlainIngestOptions {
  readonly limits: ReadingLimits;
  /** Characters. */
  readonly maxIdLength: number;
}

const COMMA = 44;
const COLON = 58;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
/** A longer frame is no everyday one, characters. */
const MAX_PLAIN_LENGTH = 64 * 1024;
const MAX_CHARGE_POINT_LENGTH = 255;
const FIELDS = new KnownTexts(['id', 'chargePointId', 'payload']);

/**
 * Reads a frame that is one message where all of it is plain: ids of printable ASCII, and a MeterValues.req as
 * {@link PlainMeterValues} takes it. null: it has to be parsed and judged.
 */
export function plainIngest({
  limits,
  maxIdLength,
}: PlainIngestOptions): (text: string, receivedAt: number) => PlainMessage | null {
  let meterValues: PlainMeterValues | undefined;
  return (text, receivedAt) => {
    if (text.length > MAX_PLAIN_LENGTH) return null;
    const cursor = new TextCursor(text);
    if (!cursor.takes(OPEN_OBJECT)) return null;
    meterValues ??= new PlainMeterValues(OCPP_16.schemas.request('MeterValues').schema, limits);
    let id: string | undefined;
    let chargePointId: string | undefined;
    let payloadText: string | undefined;
    do {
      const field = cursor.known(FIELDS);
      if (field === undefined || !cursor.takes(COLON)) return null;
      if (field === 'payload') {
        if (payloadText !== undefined) return null;
        cursor.next();
        const from = cursor.at;
        if (!meterValues.take(cursor, receivedAt)) return null;
        payloadText = text.slice(from, cursor.at);
        continue;
      }
      if (!cursor.plainText()) return null;
      const sent = text.slice(cursor.from, cursor.to);
      if (field === 'id') {
        if (id !== undefined || sent === '' || sent.length > maxIdLength) return null;
        id = sent;
      } else {
        if (chargePointId !== undefined || sent.length > MAX_CHARGE_POINT_LENGTH) return null;
        if (sent.trim() === '') return null;
        chargePointId = sent;
      }
    } while (cursor.takes(COMMA));
    if (!cursor.takes(CLOSE_OBJECT) || !Number.isNaN(cursor.next())) return null;
    if (id === undefined || chargePointId === undefined || payloadText === undefined) return null;
    return { id, chargePointId, payloadText };
  };
}
