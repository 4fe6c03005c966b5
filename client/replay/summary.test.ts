import { describe, expect, it } from 'vitest';
import { isComplete, summaryLine, summaryTable, type ReplaySummary } from './summary.js';

const summary: ReplaySummary = {
  rows: 10_000,
  sent: 9_999,
  acknowledged: 9_990,
  rejected: 9,
  refused: 0,
  retried: 4,
  badRows: 1,
  seconds: 2.345,
  skipped: 0,
  rejectReasons: { invalid_value: 9 },
  refuseReasons: {},
  badRowList: [
    {
      sheet: '',
      rowNumber: 7,
      chargePointId: '',
      code: 'missing_charge_point',
      reason: 'charge_point_id is empty',
    },
  ],
};

describe('the summary of a replay', () => {
  it('is one line of JSON with the seven counts', () => {
    expect(summaryLine(summary)).toBe(
      '{"rows":10000,"sent":9999,"acknowledged":9990,"rejected":9,"retried":4,"badRows":1,"seconds":2.345}',
    );
  });

  it('says how many rows an earlier run had settled, if any', () => {
    expect(JSON.parse(summaryLine({ ...summary, skipped: 3 }))).toMatchObject({ skipped: 3 });
  });

  it('says how many rows the server would not take, if any, and why', () => {
    const refused = { ...summary, acknowledged: 9_988, refused: 2, refuseReasons: { frame_too_large: 2 } };
    expect(JSON.parse(summaryLine(refused))).toMatchObject({ refused: 2 });
    expect(isComplete(refused)).toBe(true);
    expect(summaryTable(refused)).toContain('frame_too_large');
  });

  it('is complete when every row that could be sent is acknowledged or rejected', () => {
    expect(isComplete(summary)).toBe(true);
    expect(isComplete({ ...summary, acknowledged: 9_989 })).toBe(false);
    expect(isComplete({ ...summary, acknowledged: 9_989, skipped: 1 })).toBe(true);
  });

  it('is a table for people, with the reasons and what is left', () => {
    const table = summaryTable({ ...summary, acknowledged: 9_000 });
    for (const part of ['10,000', 'invalid_value', 'left', '990', '2.345']) expect(table).toContain(part);
  });
});
