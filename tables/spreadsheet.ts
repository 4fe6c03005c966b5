import * as XLSX from 'xlsx';
import type { Cell, Line, Table } from './table.js';

/** Beyond 15 digits a spreadsheet has replaced the rest by zeros. */
const LARGEST_EXACT = 999_999_999_999_999;

/** Number formats, which the library's types leave out. */
const NumberFormats = XLSX.SSF as { is_date(format: string): boolean };

export interface SheetOptions {
  /** Reads the first sheet alone. Default: all. */
  readonly firstOnly?: boolean;
  /** Rows read of a sheet at most. Default: all. */
  readonly maxRows?: number;
}

/** The sheets of a .xlsx file, in their order. Throws what the library throws. */
export function readSheets(bytes: Uint8Array, { firstOnly, maxRows }: SheetOptions = {}): Table[] {
  const book = XLSX.read(bytes, {
    type: 'buffer',
    ...(firstOnly === true ? { sheets: 0 } : {}),
    ...(maxRows === undefined ? {} : { sheetRows: maxRows }),
    dense: true,
    cellHTML: false,
    cellText: false,
    // Formulas without a value show as stubs, dates by their number format.
    cellFormula: true,
    sheetStubs: true,
    cellNF: true,
  });
  const names = firstOnly === true ? book.SheetNames.slice(0, 1) : book.SheetNames;
  return names.map((sheet) => ({
    sheet,
    lines: () => sheetLines(book.Sheets[sheet]?.['!data'] ?? []),
  }));
}

/** Dense rows; blank rows and cells may be holes. */
type DenseRows = readonly (readonly (XLSX.CellObject | undefined)[] | undefined)[];

function* sheetLines(rows: DenseRows): Generator<Line> {
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at];
    // A column without a cell is a hole, which map would skip.
    if (row !== undefined) yield { rowNumber: at + 1, cells: Array.from(row, cellOf) };
  }
}

/** Numbers are written without their format, so that an id like 2047244603 stays itself. */
function cellOf(cell: XLSX.CellObject | undefined): Cell | undefined {
  if (cell === undefined) return undefined;
  const { t: type, v: value } = cell;
  if (type === 'z' || value === undefined) {
    return cell.f === undefined ? undefined : { text: '', oddity: 'noValue' };
  }
  if (type === 'e') return { text: ERRORS.get(Number(value)) ?? '#ERROR', oddity: 'error' };
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'number') {
    const text = String(value);
    if (typeof cell.z === 'string' && NumberFormats.is_date(cell.z)) return { text, oddity: 'date' };
    return Number.isInteger(value) && Math.abs(value) > LARGEST_EXACT ? { text, oddity: 'longNumber' } : text;
  }
  return String(value);
}

/** As a spreadsheet shows them (ECMA-376, ST_CellType `e`; the numbers are the older format's). */
const ERRORS: ReadonlyMap<number, string> = new Map([
  [0x00, '#NULL!'],
  [0x07, '#DIV/0!'],
  [0x0f, '#VALUE!'],
  [0x17, '#REF!'],
  [0x1d, '#NAME?'],
  [0x24, '#NUM!'],
  [0x2a, '#N/A'],
  [0x2b, '#GETTING_DATA'],
]);
