import type { FrameContext, Handled } from '../charger-protocol.js';
import { retryError } from '../ocpp/kept.js';
import type { Leniency } from '../ocpp/leniencies.js';
import type { PlainPath } from '../ocpp/ocpp-version.js';
import type { MessageSchemas } from '../ocpp/message-schemas.js';
import { MAX_MESSAGE_ID_LENGTH } from '../ocpp-j.js';
import { KnownTexts, TextCursor } from '../text-cursor.js';
import type { ReadingLimits } from '../usable-time.js';
import { PlainMeterValues } from './plain-meter-values.js';

const COMMA = 44;
const CALL = 50;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
/** A longer frame is no everyday one, characters. */
export const MAX_PLAIN_LENGTH = 64 * 1024;
const METER_VALUES = new KnownTexts(['MeterValues']);
const NO_LENIENCIES: readonly Leniency[] = Object.freeze([]);

/** Handles `[2, id, "MeterValues", payload]` where all of it is plain; null: it has to be parsed and judged. */
export function plainCalls(schemas: MessageSchemas, limits: ReadingLimits): PlainPath {
  let meterValues: PlainMeterValues | undefined;
  return (text, context) => {
    if (text.length > MAX_PLAIN_LENGTH) return null;
    const cursor = new TextCursor(text);
    if (!cursor.takes(OPEN_LIST) || !cursor.takes(CALL) || !cursor.takes(COMMA)) return null;
    if (!cursor.plainText()) return null;
    const { from, to } = cursor;
    if (to === from || to - from > MAX_MESSAGE_ID_LENGTH || !cursor.takes(COMMA)) return null;
    if (cursor.known(METER_VALUES) === undefined || !cursor.takes(COMMA)) return null;
    cursor.next();
    const payloadFrom = cursor.at;
    meterValues ??= new PlainMeterValues(schemas.request('MeterValues').schema, limits);
    if (!meterValues.take(cursor, context.receivedAt)) return null;
    const payloadTo = cursor.at;
    if (!cursor.takes(CLOSE_LIST) || !Number.isNaN(cursor.next())) return null;
    return accepted(text.slice(from, to), text.slice(payloadFrom, payloadTo), context);
  };
}

function accepted(id: string, payloadText: string, { chargePointId, receivedAt }: FrameContext): Handled {
  return {
    envelopes: [
      {
        v: 1,
        kind: 'meterValuesText',
        chargePointId: chargePointId ?? '',
        protocol: 'ocpp1.6',
        messageId: id,
        receivedAt,
        payloadText,
      },
    ],
    answer: ([outcome]) => retryError('ocpp1.6', id, outcome) ?? `[3,"${id}",{}]`,
    verdicts: [{ kind: 'accepted', action: 'MeterValues', messageId: id, reason: null }],
    leniencies: NO_LENIENCIES,
  };
}
