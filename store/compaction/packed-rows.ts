import { float64s, int16s, int32s, int64s } from '../copy/binary-array.js';
import { POSTGRES_EPOCH_MS } from '../copy/binary-format.js';
import { RowWriter } from '../copy/row-writer.js';
import type { Day } from '../partitions.js';
import type { PackedNumbers } from './pack-numbers.js';
import type { PackedDay } from './pack-series-day.js';

const offsets = (name: string): string[] => [`${name}_2`, `${name}_4`, `${name}_8`];

const COLUMNS = [
  ...['series_id', 'day', 'count', 'first_ts'],
  ...['ts_step', 'ts_unit', ...offsets('ts')],
  ...['received', 'batch', 'value'].flatMap((name) => [
    ...[`${name}_base`, `${name}_step`, `${name}_unit`],
    ...offsets(name),
  ]),
  ...['value_divisor', 'value_raw', 'context', 'contexts', 'quality', 'qualities'],
  ...['transaction_ids', 'transaction_from'],
];

/** Columns of `compacted_readings`, in the order of {@link packedRows}. */
export const COMPACTED = COLUMNS.join(', ');

const POSTGRES_EPOCH_DAY = POSTGRES_EPOCH_MS / 86_400_000;

export function packedRows(days: readonly PackedDay[], day: Day): RowWriter {
  const rows = new RowWriter(COLUMNS.length);
  for (const packed of days) {
    rows
      .row()
      .int32(packed.seriesId)
      .int32(day - POSTGRES_EPOCH_DAY)
      .int32(packed.count);
    rows.int64(packed.firstUs);
    rows.int64(packed.ts.step).int64(packed.ts.unit);
    writeOffsets(rows, packed.ts.offsets);
    for (const numbers of [packed.received, packed.batch, packed.value]) writeNumbers(rows, numbers);
    rows.int32OrNull(packed.value?.divisor ?? null).bytes(packed.raw === null ? null : float64s(packed.raw));
    for (const [first, all] of [
      [packed.context, packed.contexts],
      [packed.quality, packed.qualities],
    ] as const) {
      rows.int16(first).bytes(all === null ? null : int16s(all));
    }
    const { transactionIds, transactionFrom } = packed;
    rows.bytes(transactionIds === null ? null : int64s(transactionIds));
    rows.bytes(transactionFrom === null ? null : int32s(transactionFrom));
  }
  return rows;
}

function writeNumbers(rows: RowWriter, numbers: PackedNumbers | null): void {
  if (numbers === null) rows.int64OrNull(null).int64OrNull(null).int64OrNull(null);
  else rows.int64(numbers.base).int64(numbers.step).int64(numbers.unit);
  writeOffsets(rows, numbers?.offsets ?? null);
}

/** Into the narrowest of three columns. */
function writeOffsets(rows: RowWriter, values: readonly number[] | null): void {
  const width = values === null ? 0 : widthOf(values);
  rows.bytes(values !== null && width === 2 ? int16s(values) : null);
  rows.bytes(values !== null && width === 4 ? int32s(values) : null);
  rows.bytes(values !== null && width === 8 ? int64s(values) : null);
}

function widthOf(values: readonly number[]): 2 | 4 | 8 {
  let width: 2 | 4 = 2;
  for (const value of values) {
    if (value < -(2 ** 31) || value >= 2 ** 31) return 8;
    if (value < -(2 ** 15) || value >= 2 ** 15) width = 4;
  }
  return width;
}
