/** The dirty workbook and the dirty .csv file, cell by cell. */
import * as XLSX from 'xlsx';
import type { DirtyCase, DirtyCell } from './dirty-case.js';
import { CSV_COLUMNS, placeRows, SHEETS } from './placed-row.js';

/** CRLF, a byte order mark, swapped and unknown columns, rows with too many and too few cells, blank rows. */
export function dirtyCsv(cases?: readonly DirtyCase[]): Buffer {
  const lines: string[] = [CSV_COLUMNS.join(',')];
  for (const { row, payload, id } of placeRows('csv', cases)) {
    while (lines.length < row - 1) lines.push(BLANK_LINES[lines.length % BLANK_LINES.length] ?? '');
    const cells = [String(row), quoted(payload), quoted(id)];
    if (id === '') cells.pop();
    if (row % 5 === 0) cells.push('', 'one cell too many');
    lines.push(cells.join(','));
  }
  return Buffer.from(`\ufeff${lines.join('\r\n')}\r\n`);
}

const BLANK_LINES = ['', ',,,', ' ,"",'];

function quoted(cell: DirtyCell): string {
  if (typeof cell !== 'string') throw new Error('a .csv file holds texts alone');
  return `"${cell.replaceAll('"', '""')}"`;
}

/** Several sheets, one without the columns, one with its header below a title, one with nothing but a header. */
export function dirtyWorkbook(cases?: readonly DirtyCase[]): XLSX.WorkBook {
  const rows = placeRows('xlsx', cases);
  const book = XLSX.utils.book_new();
  for (const { name, above, columns } of SHEETS) {
    const lines: (XLSX.CellObject | undefined)[][] = above.map((line) => line.map(text));
    if (columns !== null) lines.push(columns.map((column) => text(column)));
    const at = { payload: indexOf(columns, 'payload'), id: indexOf(columns, 'chargepointid') };
    for (const { row, payload, id } of rows.filter(({ sheet }) => sheet === name)) {
      // A row of blanks, and one that isn't there at all, in turn.
      while (lines.length < row - 1) lines.push(lines.length % 2 === 0 ? [] : [text(' '), text('')]);
      const line: (XLSX.CellObject | undefined)[] = [];
      if (columns !== null) columns.forEach((_, column) => (line[column] = text(`remark ${row}`)));
      line[at.id] = cellOf(id);
      line[at.payload] = cellOf(payload);
      lines.push(line);
    }
    XLSX.utils.book_append_sheet(book, sheetOf(lines), name);
  }
  book.Props = { Title: 'Dirty meter values', CreatedDate: new Date('2025-11-30T12:00:00Z') };
  return book;
}

function indexOf(columns: readonly string[] | null, plain: string): number {
  return columns?.findIndex((column) => column.toLowerCase().replace(/[\s_-]/g, '') === plain) ?? 0;
}

function sheetOf(lines: readonly (readonly (XLSX.CellObject | undefined)[])[]): XLSX.WorkSheet {
  const sheet: XLSX.WorkSheet = {};
  let width = 1;
  lines.forEach((line, r) =>
    line.forEach((cell, c) => {
      if (cell === undefined) return;
      width = Math.max(width, c + 1);
      sheet[XLSX.utils.encode_cell({ r, c })] = cell;
    }),
  );
  sheet['!ref'] = XLSX.utils.encode_range({ s: { r: 0, c: 0 }, e: { r: lines.length - 1, c: width - 1 } });
  return sheet;
}

const text = (value: string): XLSX.CellObject => ({ t: 's', v: value });

function cellOf(cell: DirtyCell): XLSX.CellObject | undefined {
  if (cell === '') return undefined;
  if (typeof cell === 'string') return text(cell);
  if (typeof cell === 'number') return { t: 'n', v: cell };
  if (typeof cell === 'boolean') return { t: 'b', v: cell };
  if ('date' in cell) return { t: 'n', v: cell.date, z: 'yyyy-mm-dd' };
  if ('error' in cell) return { t: 'e', v: cell.error };
  return cell.value === undefined ? { t: 's', f: cell.formula } : { t: 's', f: cell.formula, v: cell.value };
}
