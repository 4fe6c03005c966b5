import { describe, expect, it } from 'vitest';
import { RowReader } from './row-reader.js';
import { RowWriter } from './row-writer.js';

describe('rows in the binary COPY format', () => {
  it('are read as they were written', () => {
    const [time, old] = [Date.UTC(2026, 2, 29, 1, 30, 0, 123), Date.UTC(1969, 0, 1)];
    const writer = new RowWriter(6);
    writer.row().int32(7).time(time).int16(-3).float64(1.5).int64(9_007_199_254_740_991).int64(5);
    writer.row().int32(-1).time(old).int16(0).float64(-0.1).int64(-12_345_678_901).float64(null);
    const reader = new RowReader(writer.end());
    const row = () => [
      reader.nextRow(),
      reader.int32(),
      reader.time(),
      reader.int16(),
      reader.float64(),
      reader.int64(),
      reader.int64OrNull(),
    ];
    expect(row()).toEqual([true, 7, time, -3, 1.5, 9_007_199_254_740_991, 5]);
    expect(row()).toEqual([true, -1, old, 0, -0.1, -12_345_678_901, null]);
    expect(reader.nextRow()).toBe(false);
    expect(writer.rows).toBe(2);
  });

  it('grow as long as rows come', () => {
    const writer = new RowWriter(2);
    for (let row = 0; row < 50_000; row++)
      writer
        .row()
        .int32(row)
        .float64(row / 2);
    const reader = new RowReader(writer.end());
    let rows = 0;
    while (reader.nextRow()) {
      if (reader.int32() !== rows || reader.float64() !== rows / 2) throw new Error(`row ${rows}`);
      rows += 1;
    }
    expect(rows).toBe(50_000);
  });
});
