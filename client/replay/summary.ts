import Table from 'cli-table3';
import type { BadRow } from './row.js';

/** What became of a workbook's rows in one run. */
export interface ReplaySummary {
  /** Data rows in the sheet, bad ones included. */
  readonly rows: number;
  /** Rows sent at least once. */
  readonly sent: number;
  readonly acknowledged: number;
  readonly rejected: number;
  /** Rows that the server would not take, be it their frame or their charge point's connection. */
  readonly refused: number;
  /** Times a row was sent again. */
  readonly retried: number;
  /** Rows that can't be sent. */
  readonly badRows: number;
  /** With milliseconds. */
  readonly seconds: number;
  /** Rows that an earlier run with the same resume state has settled. */
  readonly skipped: number;
  /** Rejected rows by the server's reason. */
  readonly rejectReasons: Readonly<Record<string, number>>;
  /** Refused rows by reason. */
  readonly refuseReasons: Readonly<Record<string, number>>;
  /** The bad rows, in the sheet's order. */
  readonly badRowList: readonly BadRow[];
}

/** Whether every row that can be sent was acknowledged, rejected or refused. */
export function isComplete(summary: ReplaySummary): boolean {
  return leftRows(summary) === 0;
}

function leftRows({ rows, badRows, skipped, acknowledged, rejected, refused }: ReplaySummary): number {
  return rows - badRows - skipped - acknowledged - rejected - refused;
}

/** The one line of `--json`. `skipped` and `refused` are there only when there are such rows. */
export function summaryLine(summary: ReplaySummary): string {
  const { rows, sent, acknowledged, rejected, retried, badRows, seconds, skipped, refused } = summary;
  const line = { rows, sent, acknowledged, rejected, retried, badRows, seconds };
  return JSON.stringify({ ...line, ...(skipped > 0 && { skipped }), ...(refused > 0 && { refused }) });
}

export function summaryTable(summary: ReplaySummary): string {
  const table = new Table({ style: { head: [], border: [] }, colAligns: ['left', 'right'] });
  const { rows, sent, acknowledged, rejected, refused, retried, badRows, seconds, skipped } = summary;
  const left = leftRows(summary);
  table.push(['rows in the sheet', count(rows)]);
  if (badRows > 0) table.push(['that could not be sent', count(badRows)]);
  if (skipped > 0) table.push(['settled by an earlier run', count(skipped)]);
  table.push(['sent', count(sent)], ['acknowledged', count(acknowledged)], ['rejected', count(rejected)]);
  for (const [reason, times] of Object.entries(summary.rejectReasons))
    table.push([`  ${reason}`, count(times)]);
  if (refused > 0) table.push(['refused', count(refused)]);
  for (const [reason, times] of Object.entries(summary.refuseReasons))
    table.push([`  ${reason}`, count(times)]);
  table.push(['sent again', count(retried)]);
  if (left > 0) table.push(['left', count(left)]);
  table.push(['seconds', seconds.toFixed(3)]);
  const ended = acknowledged + rejected + refused;
  table.push(['rows/s', count(seconds > 0 ? Math.round(ended / seconds) : 0)]);
  return table.toString();
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
