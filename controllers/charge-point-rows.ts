import { isRegistrableId, MAX_TEXT } from '../routes/body/charge-point-body.js';
import { isCleanText } from '../protocol/identifier.js';
import { CHARGE_POINT_STATUSES, type ChargePointStatus } from '../store/read/charge-points.js';
import type { ImportedRow } from '../store/registry/import-charge-points.js';
import { isBlank, textOf, type Cell, type Line, type Oddity } from '../tables/table.js';
import type { RowError } from './problem.js';

const COLUMNS = ['id', 'label', 'site', 'status'] as const;
type Column = (typeof COLUMNS)[number];
/** Columns of our own export that no file can set: passed over, so that an export can be edited and imported. */
const PASSED_OVER: ReadonlySet<string> = new Set(['createdat', 'updatedat', 'version']);
/** Rows below the header. */
export const MAX_IMPORT_ROWS = 100_000;
/** Errors that are told; all are counted. */
const MAX_ERRORS = 100;

export interface ChargePointRow extends ImportedRow {
  readonly rowNumber: number;
}

export type ChargePointRows =
  | { readonly kind: 'rows'; readonly rows: readonly ChargePointRow[] }
  | { readonly kind: 'errors'; readonly errors: readonly RowError[]; readonly count: number }
  | { readonly kind: 'unusable'; readonly why: string };

/** Whether the first row that is not blank could be the header. */
export function hasIdColumn(lines: Iterable<Line>): boolean {
  for (const line of lines) {
    if (!isBlank(line)) return line.cells.some((cell) => columnName(cell) === 'id');
  }
  return false;
}

/** Judges the lines of a file: a header, then a charge point a row. Reads on after an error, to tell of as many as may be. */
export function chargePointRows(lines: Iterable<Line>): ChargePointRows {
  const rows: ChargePointRow[] = [];
  const errors = new Errors();
  const rowOfId = new Map<string, number>();
  let header: Header | undefined;
  for (const line of lines) {
    if (isBlank(line)) continue;
    if (header === undefined) {
      header = readHeader(line, errors);
      if (!header.columns.includes('id')) {
        return { kind: 'unusable', why: 'The first row must name the columns: id, and label, site, status.' };
      }
      continue;
    }
    if (rows.length >= MAX_IMPORT_ROWS) {
      return { kind: 'unusable', why: `It has more than ${MAX_IMPORT_ROWS} rows: split it.` };
    }
    const row = readRow(line, header, errors);
    const { rowNumber } = line;
    if (row.id !== '') {
      const before = rowOfId.get(row.id);
      if (before === undefined) rowOfId.set(row.id, rowNumber);
      else errors.add(rowNumber, 'id', `the same id as in row ${before}`);
    }
    rows.push(row);
  }
  if (header === undefined) return { kind: 'unusable', why: 'It is empty.' };
  return errors.count > 0
    ? { kind: 'errors', errors: errors.list, count: errors.count }
    : { kind: 'rows', rows };
}

class Errors {
  readonly list: RowError[] = [];
  count = 0;

  add(row: number, column: string, message: string): void {
    this.count++;
    if (this.list.length < MAX_ERRORS) this.list.push({ row, column, message });
  }
}

interface Header {
  /** By index; undefined: passed over. */
  readonly columns: readonly (Column | undefined)[];
}

function readHeader({ rowNumber, cells }: Line, errors: Errors): Header {
  const columns = Array.from(cells, (cell) => {
    const name = columnName(cell);
    const column = COLUMNS.find((known) => known === name);
    if (column === undefined && name !== '' && !PASSED_OVER.has(name)) {
      const shown = textOf(cell).slice(0, 60);
      errors.add(rowNumber, shown, `unknown column; known are ${COLUMNS.join(', ')}`);
    }
    return column;
  });
  for (const column of COLUMNS) {
    const times = columns.filter((each) => each === column).length;
    if (times > 1) errors.add(rowNumber, column, `${times} columns have this name`);
  }
  return { columns };
}

function columnName(cell: Cell | undefined): string {
  return textOf(cell).trim().toLowerCase();
}

function readRow({ rowNumber, cells }: Line, { columns }: Header, errors: Errors): ChargePointRow {
  const row: { -readonly [Key in keyof ChargePointRow]: ChargePointRow[Key] } = {
    rowNumber,
    id: '',
    label: undefined,
    site: undefined,
    status: undefined,
  };
  columns.forEach((column, at) => {
    if (column === undefined) return;
    const cell = cells[at];
    const fault = faultOf(column, cell);
    if (fault !== undefined) {
      errors.add(rowNumber, column, fault);
      return;
    }
    const text = plainText(textOf(cell));
    if (column !== 'status') row[column] = text;
    else row.status = statusOf(text);
  });
  if (cells.some((cell, at) => at >= columns.length && textOf(cell) !== '')) {
    errors.add(rowNumber, '', 'more cells than the header has columns');
  }
  return row;
}

function faultOf(column: Column, cell: Cell | undefined): string | undefined {
  if (typeof cell === 'object') return ODDITIES[cell.oddity];
  const text = plainText(textOf(cell));
  switch (column) {
    case 'id':
      return isRegistrableId(text)
        ? undefined
        : 'expected an id of 1 to 255 characters without control characters and others that can not be seen, neither blank nor . or ..';
    case 'status':
      return text.trim() === '' || statusOf(text) !== undefined
        ? undefined
        : `expected ${CHARGE_POINT_STATUSES.join(', ')}, or nothing`;
    default:
      return text.length <= MAX_TEXT && isCleanText(text)
        ? undefined
        : `expected a text of 0 to ${MAX_TEXT} characters without control characters`;
  }
}

function statusOf(text: string): ChargePointStatus | undefined {
  const name = text.trim().toLowerCase();
  return CHARGE_POINT_STATUSES.find((status) => status === name);
}

/** What a spreadsheet has spoilt. */
const ODDITIES: Readonly<Record<Oddity, string>> = {
  date: 'a date in the workbook, as spreadsheets make of 3-12: format the column as text, and type it again',
  error: 'an error value in the workbook: correct the formula, or write a text',
  longNumber:
    'a number of more than 15 digits, of which a spreadsheet keeps 15: format the column as text, and type it again',
  noValue: 'a formula that was never calculated: open the workbook in a spreadsheet program and save it',
};

/** Without the apostrophe that our export puts before what a spreadsheet would run as a formula, and before an apostrophe. */
function plainText(text: string): string {
  return /^'['=+\-@\t\r\n＝＋－＠]/.test(text) ? text.slice(1) : text;
}
