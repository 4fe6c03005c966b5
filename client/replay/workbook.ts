import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import * as XLSX from 'xlsx';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { parseRow, type BadRow, type Row } from './row.js';

const MEBIBYTE = 1024 * 1024;
/** A workbook grows to some twenty times its size when unpacked; text doesn't. */
const SIZE_LIMITS: Readonly<Record<string, number>> = { '.xlsx': 64 * MEBIBYTE, '.csv': 400 * MEBIBYTE };
const COLUMNS = ['charge_point_id', 'payload'] as const;

export interface Workbook {
  /** SHA-256 of the file's bytes, hex. */
  readonly fingerprint: string;
  /** Rows below the header, empty ones not counted. */
  readonly rowCount: number;
  /** Rows that can be sent, in the sheet's order. */
  readonly rows: readonly Row[];
  readonly badRows: readonly BadRow[];
  /** What the person who gave the file should know. */
  readonly notices: readonly string[];
}

/** Reads a .xlsx or .csv file. Throws WORKBOOK_UNREADABLE, naming what is wrong; a bad row is part of the answer. */
export async function readWorkbook(file: string): Promise<Workbook> {
  const extension = extname(file).toLowerCase();
  const limit = SIZE_LIMITS[extension];
  if (limit === undefined) throw unreadable(file, 'has neither .xlsx nor .csv as its ending');
  await checkSize(file, limit);
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw unreadable(file, 'could not be read', cause);
  });
  const fingerprint = createHash('sha256').update(bytes).digest('hex');
  const book = extension === '.csv' ? parseText(file, bytes) : parseWorkbook(file, bytes);
  return { fingerprint, ...readRows(file, book) };
}

async function checkSize(file: string, limit: number): Promise<void> {
  const found = await stat(file).catch((cause: unknown) => {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw unreadable(file, missing ? 'does not exist' : 'could not be read', cause);
  });
  if (!found.isFile()) throw unreadable(file, 'is not a file');
  if (found.size === 0) throw unreadable(file, 'is empty');
  if (found.size > limit) {
    const size = Math.ceil(found.size / MEBIBYTE);
    throw new MeterpulseError(
      'WORKBOOK_UNREADABLE',
      `${file} has ${size} MiB, more than the ${limit / MEBIBYTE} MiB that are read at once.`,
      { remedy: 'Split it into several files, each with the header, or save it as .csv.' },
    );
  }
}

function parseWorkbook(file: string, bytes: Buffer): XLSX.WorkBook {
  const isZip = bytes.subarray(0, 2).toString('latin1') === 'PK';
  // Office's older container: a .xls, or the wrapper of a .xlsx with a password.
  const isCompound = bytes.subarray(0, 4).toString('hex') === 'd0cf11e0';
  if (!isZip && !isCompound)
    throw unreadable(file, 'is not a workbook, although it is named .xlsx (text belongs into a .csv)');
  try {
    return XLSX.read(bytes, {
      type: 'buffer',
      dense: true,
      cellHTML: false,
      cellFormula: false,
      cellText: false,
    });
  } catch (cause) {
    // Excel wraps what it encrypts into the older container.
    const locked = isCompound && cause instanceof Error && /password|encrypt/i.test(cause.message);
    throw unreadable(file, locked ? 'is protected by a password' : 'is damaged or not a workbook', cause);
  }
}

function parseText(file: string, bytes: Buffer): XLSX.WorkBook {
  if (bytes.subarray(0, 2).toString('latin1') === 'PK' || bytes.subarray(0, 4).toString('hex') === 'd0cf11e0')
    throw unreadable(file, 'is a workbook, although it is named .csv: rename it to .xlsx');
  const text = new TextDecoder('utf-8').decode(bytes);
  if (text.includes('\0')) throw unreadable(file, 'is not UTF-8 text: save it as "CSV UTF-8"');
  try {
    // `raw`: a cell is the text that stands there, never a number or a date.
    return XLSX.read(text, { type: 'string', raw: true, dense: true, cellText: false });
  } catch (cause) {
    throw unreadable(file, 'is damaged or not a .csv file', cause);
  }
}

/** Dense rows; empty rows and cells may be holes. */
type Cells = readonly (readonly (XLSX.CellObject | undefined)[] | undefined)[];

interface Header {
  readonly row: number;
  readonly chargePointId: number;
  readonly payload: number;
  readonly ignored: readonly string[];
}

function readRows(file: string, book: XLSX.WorkBook): Omit<Workbook, 'fingerprint'> {
  const found: string[] = [];
  for (const name of book.SheetNames) {
    const cells: Cells = book.Sheets[name]?.['!data'] ?? [];
    const header = findHeader(cells, found);
    if (header === null) continue;
    const notices: string[] = [];
    if (book.SheetNames.length > 1) notices.push(`Of ${book.SheetNames.length} sheets, '${name}' is read.`);
    if (header.ignored.length > 0) notices.push(`Columns not read: ${header.ignored.join(', ')}.`);
    return { ...readBody(cells, header), notices };
  }
  const seen = found.length === 0 ? 'it has no header' : `it has ${found.slice(0, 20).join(', ')}`;
  throw unreadable(file, `lacks the columns ${COLUMNS.join(' and ')}: ${seen}`);
}

/** The header is the first row that isn't empty. `found` gathers the columns of sheets that don't fit. */
function findHeader(cells: Cells, found: string[]): Header | null {
  const row = cells.findIndex((line) => line?.some((cell) => text(cell) !== ''));
  if (row < 0) return null;
  // A column without a cell is a hole, which map would skip.
  const names = Array.from(cells[row] ?? [], (cell) => text(cell).trim());
  const [chargePointId, payload] = COLUMNS.map((column) =>
    names.findIndex((name) => name.toLowerCase() === column),
  );
  if (chargePointId === undefined || payload === undefined || chargePointId < 0 || payload < 0) {
    found.push(...names.filter((name) => name !== '').map((name) => name.slice(0, 40)));
    return null;
  }
  const ignored = names.filter((name, at) => name !== '' && at !== chargePointId && at !== payload);
  return { row, chargePointId, payload, ignored };
}

function readBody(cells: Cells, header: Header): Pick<Workbook, 'rowCount' | 'rows' | 'badRows'> {
  const rows: Row[] = [];
  const badRows: BadRow[] = [];
  for (let at = header.row + 1; at < cells.length; at++) {
    const line = cells[at];
    if (line === undefined || !line.some((cell) => text(cell).trim() !== '')) continue;
    const parsed = parseRow(at + 1, text(line[header.chargePointId]), text(line[header.payload]));
    if (parsed.ok) rows.push(parsed.row);
    else badRows.push(parsed.bad);
  }
  return { rowCount: rows.length + badRows.length, rows, badRows };
}

/** A cell as text; numbers as they are written without a format, so that an id like 2047244603 stays itself. */
function text(cell: XLSX.CellObject | undefined): string {
  if (cell?.v === undefined || cell.t === 'e' || cell.t === 'z') return '';
  return typeof cell.v === 'string' ? cell.v : String(cell.v);
}

function unreadable(file: string, what: string, cause?: unknown): MeterpulseError {
  return new MeterpulseError('WORKBOOK_UNREADABLE', `${file} ${what}.`, { cause });
}
