import { POSTGRES_EPOCH_MS, TWO_TO_32 } from './binary-format.js';

/*
 * One-dimensional arrays in PostgreSQL's binary format, as values of parameters (pg sends a Buffer as binary): neither side
 * writes or reads digits. The parameter has to be cast to the very type, `$1::integer[]`.
 *
 *     array   = dimensions:int32 hasNulls:int32 elementType:int32 (length:int32 lowerBound:int32)* element*
 *     element = length:int32 bytes | -1:int32 (null)
 */

const INT8 = 20;
const INT2 = 21;
const INT4 = 23;
const FLOAT8 = 701;
const TIMESTAMPTZ = 1184;

const HEAD_BYTES = 12;
const DIMENSION_BYTES = 8;

type Put = (view: DataView, at: number, value: number) => void;

export const int16s = (values: readonly number[]): Buffer =>
  arrayOf(values, INT2, 2, (view, at, value) => view.setInt16(at, value));

export const int32s = (values: readonly number[]): Buffer =>
  arrayOf(values, INT4, 4, (view, at, value) => view.setInt32(at, value));

export const int64s = (values: readonly (number | null)[]): Buffer => arrayOf(values, INT8, 8, putInt64);

export const float64s = (values: readonly number[]): Buffer =>
  arrayOf(values, FLOAT8, 8, (view, at, value) => view.setFloat64(at, value));

/** @param values ms since 1970 UTC; ±Infinity: PostgreSQL's own infinity. */
export const times = (values: readonly number[]): Buffer => arrayOf(values, TIMESTAMPTZ, 8, putTime);

const putInt64: Put = (view, at, value) => {
  view.setInt32(at, Math.floor(value / TWO_TO_32));
  // Conversion to uint32 is modulo 2^32, for negative numbers as well.
  view.setUint32(at + 4, value);
};

const putTime: Put = (view, at, value) => {
  if (Number.isFinite(value)) putInt64(view, at, (value - POSTGRES_EPOCH_MS) * 1000);
  else view.setBigInt64(at, value < 0 ? -(2n ** 63n) : 2n ** 63n - 1n);
};

function arrayOf(values: readonly (number | null)[], type: number, bytes: number, put: Put): Buffer {
  const isEmpty = values.length === 0;
  const head = HEAD_BYTES + (isEmpty ? 0 : DIMENSION_BYTES);
  const buffer = Buffer.allocUnsafe(head + values.length * (4 + bytes));
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  view.setInt32(0, isEmpty ? 0 : 1);
  view.setInt32(8, type);
  if (!isEmpty) {
    view.setInt32(HEAD_BYTES, values.length);
    view.setInt32(HEAD_BYTES + 4, 1);
  }
  let at = head;
  let hasNulls = 0;
  for (const value of values) {
    if (value === null) {
      view.setInt32(at, -1);
      at += 4;
      hasNulls = 1;
      continue;
    }
    view.setInt32(at, bytes);
    put(view, at + 4, value);
    at += 4 + bytes;
  }
  view.setInt32(4, hasNulls);
  return buffer.subarray(0, at);
}
