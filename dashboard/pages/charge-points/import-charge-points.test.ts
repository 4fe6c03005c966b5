import { describe, expect, it } from 'vitest';
import { importType } from './import-charge-points.js';

describe('the type of a file that is imported', () => {
  it.each([
    ['fleet.csv', 'text/csv'],
    ['Fleet 2026.CSV', 'text/csv'],
    ['a.b.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    ['fleet.xls', null],
    ['csv', null],
    ['fleet.csv.exe', null],
    ['', null],
  ])('%j is %j', (name, type) => {
    expect(importType(name)).toBe(type);
  });
});
