import { packNumbers, type PackedNumbers } from './pack-numbers.js';

/** The readings of a series in a UTC day, in the order of time and context, in columns. Times are microseconds since 2000-01-01 UTC. */
export interface SeriesDay {
  readonly seriesId: number;
  readonly tsUs: Float64Array;
  readonly receivedUs: Float64Array;
  readonly batchIds: Float64Array;
  readonly values: Float64Array;
  /** NaN: none. */
  readonly transactionIds: Float64Array;
  readonly contexts: Int16Array;
  readonly qualities: Int16Array;
}

/** A row of `compacted_readings`. */
export interface PackedDay {
  readonly seriesId: number;
  readonly count: number;
  readonly firstUs: number;
  readonly ts: PackedNumbers;
  readonly received: PackedNumbers;
  readonly batch: PackedNumbers;
  /** null: they are no short decimal numbers. */
  readonly value: (PackedNumbers & { readonly divisor: number }) | null;
  readonly raw: readonly number[] | null;
  /** The first one; of all, where `contexts` is null. */
  readonly context: number;
  readonly contexts: readonly number[] | null;
  readonly quality: number;
  readonly qualities: readonly number[] | null;
  /** Of runs of readings that name the same one; null in it: none. null: none names any. */
  readonly transactionIds: readonly (number | null)[] | null;
  /** The first reading of each run, from 0 on. */
  readonly transactionFrom: readonly number[] | null;
}

/** null: something in it fits into no such row, which no reading can that was stored by a worker. @param day at least one reading. */
export function packSeriesDay(day: SeriesDay): PackedDay | null {
  const { tsUs, receivedUs, values } = day;
  const count = tsUs.length;
  const ts = packNumbers(tsUs);
  const received = packNumbers(receivedUs.map((us, index) => us - (tsUs[index] ?? NaN)));
  const batch = packNumbers(day.batchIds);
  if (ts === null || received === null || batch === null) return null;
  const value = packDecimals(values);
  return {
    seriesId: day.seriesId,
    count,
    firstUs: tsUs[0] ?? NaN,
    ts,
    received,
    batch,
    value,
    raw: value === null ? [...values] : null,
    context: day.contexts[0] ?? 0,
    contexts: unlessConstant(day.contexts),
    quality: day.qualities[0] ?? 0,
    qualities: unlessConstant(day.qualities),
    ...packTransactions(day.transactionIds),
  };
}

const unlessConstant = (values: Int16Array): readonly number[] | null =>
  values.every((value) => value === values[0]) ? null : [...values];

function packTransactions(ids: Float64Array): Pick<PackedDay, 'transactionIds' | 'transactionFrom'> {
  const transactionIds: (number | null)[] = [];
  const transactionFrom: number[] = [];
  ids.forEach((id, index) => {
    if (index > 0 && Object.is(id, ids[index - 1])) return;
    transactionIds.push(Number.isNaN(id) ? null : id);
    transactionFrom.push(index);
  });
  const isNone = transactionIds.every((id) => id === null);
  return isNone ? { transactionIds: null, transactionFrom: null } : { transactionIds, transactionFrom };
}

const MOST_DIGITS = 9;

/** As whole numbers, divided by a power of ten; null where that doesn't give the very same doubles. */
function packDecimals(values: Float64Array): PackedDay['value'] {
  const whole = new Float64Array(values.length);
  let divisor = 1;
  let isSame = fill(whole, values, divisor);
  for (let digits = 1; digits <= MOST_DIGITS && !isSame; digits++) {
    divisor *= 10;
    isSame = fill(whole, values, divisor);
  }
  const packed = isSame ? packNumbers(whole) : null;
  return packed === null ? null : { ...packed, divisor };
}

function fill(whole: Float64Array, values: Float64Array, divisor: number): boolean {
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? NaN;
    const number = Math.round(value * divisor);
    // PostgreSQL divides as JavaScript does. The whole number of -0 would be 0.
    if (number / divisor !== value || Object.is(value, -0)) return false;
    whole[index] = number;
  }
  return true;
}
