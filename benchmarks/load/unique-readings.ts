/**
 * Readings of which no two are equal, as frames that cost next to nothing: what differs is written over the bytes of one
 * masked frame. Number, socket and time of each are in its content, so that a table of readings can be held against the
 * ledger of what was sent, row by row.
 */
import { MASK, ocppFrame } from '../wire.js';

/** Registers begin here and rise by a thousandth with each number: all have eleven digits. */
const FIRST_WH = 10_000_000;
const ID_DIGITS = 8;
/** Readings that the digits of an id, and of a register, can tell apart. */
export const MOST_READINGS = 10 ** ID_DIGITS;

const ID = '00000000';
const TIME = '2026-01-01T00:00:00.000Z';
const VALUE = '10000000.000';
const PAYLOAD =
  `{"connectorId":1,"meterValue":[{"timestamp":"${TIME}","sampledValue":[{"value":"${VALUE}",` +
  '"context":"Sample.Periodic","format":"Raw","measurand":"Energy.Active.Import.Register","location":"Outlet","unit":"Wh"}]}]}';
const MESSAGE = `[2,"${ID}","MeterValues",${PAYLOAD}]`;
const TEMPLATE = ocppFrame(ID, PAYLOAD);
const HEAD = TEMPLATE.length - MESSAGE.length;
const ID_AT = MESSAGE.indexOf(ID);
const TIME_AT = MESSAGE.indexOf(TIME);
const VALUE_AT = MESSAGE.indexOf(VALUE);

/** @param number below {@link MOST_READINGS}. @param at ms since 1970 UTC, whole. */
export function uniqueReading(number: number, at: number): Buffer {
  const frame = Buffer.from(TEMPLATE);
  overwrite(frame, ID_AT, String(number).padStart(ID_DIGITS, '0'));
  overwrite(frame, TIME_AT, new Date(at).toISOString());
  overwrite(frame, VALUE_AT, (FIRST_WH + number / 1_000).toFixed(3));
  return frame;
}

/** The number of a reading that is stored as `value`. */
export function numberOf(value: number): number {
  return Math.round((value - FIRST_WH) * 1_000);
}

/** The same of a row `r` of the table. */
export const NUMBER_SQL = `round((r.value - ${FIRST_WH}) * 1000)::bigint`;

/** The number of the reading that an answer, such as `[3,"00000042",{}]`, is about; NaN: it is about none. */
export function answeredNumber(answer: Buffer): number {
  const start = answer.indexOf(0x22) + 1;
  return start === 0 ? NaN : Number(answer.toString('latin1', start, start + ID_DIGITS));
}

function overwrite(frame: Buffer, at: number, text: string): void {
  for (let index = 0; index < text.length; index++) {
    const place = at + index;
    frame[HEAD + place] = text.charCodeAt(index) ^ (MASK[place & 3] ?? 0);
  }
}
