import { describe, expect, it } from 'vitest';
import { workload } from '../workload.js';
import { COLUMNS, connectRecord, flatRecord, readingRows } from './reading-records.js';

const rows = readingRows(workload(50, Date.now(), 1).measured);

describe('records of one reading', () => {
  it('carry the same row in both forms, under the key that meterpulse publishes by', () => {
    const [row] = rows;
    if (row === undefined) throw new Error('the workload is empty');

    expect(JSON.parse(flatRecord(row).value)).toEqual(row);
    expect((JSON.parse(connectRecord(row).value) as { payload: unknown }).payload).toEqual(row);
    expect(connectRecord(row).key).toBe(row.charge_point_id);
    expect(flatRecord(row).key).toBe(row.charge_point_id);
  });

  it('have exactly the columns of the table, and a schema that names them all', () => {
    const names = COLUMNS.map(({ name }) => name);

    for (const row of rows) {
      expect(Object.keys(row)).toEqual(names);
      const { schema } = JSON.parse(connectRecord(row).value) as { schema: { fields: { field: string }[] } };
      expect(schema.fields.map(({ field }) => field)).toEqual(names);
    }
  });

  it('have one natural key for each reading that is another one', () => {
    const told = rows.map((row) => [
      row.id,
      JSON.stringify({ ...row, id: '', value: 0, transaction_id: null }),
    ]);

    expect(new Map(told.map(([id, rest]) => [rest, id])).size).toBe(new Set(told.map(([id]) => id)).size);
  });
});
