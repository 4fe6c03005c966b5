import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { UnclosedQuote } from '../../tables/csv-lines.js';
import { csvTable } from '../../tables/csv-table.js';
import { decodeCsv } from '../../tables/csv-text.js';
import { findHeader } from './header.js';
import type { BadRow, Row } from './row.js';
import { readSheets } from '../../tables/spreadsheet.js';
import type { Table } from '../../tables/table.js';
import { unpackedSize } from '../../tables/unpacked-size.js';
import { readTables } from './table-rows.js';

const MEBIBYTE = 1024 * 1024;
/** A workbook grows to some twenty times its size when unpacked; text doesn't. */
const SIZE_LIMITS: Readonly<Record<string, number>> = { '.xlsx': 64 * MEBIBYTE, '.csv': 400 * MEBIBYTE };
/** Of all sheets together: a text of more can't be held by Node in any case. */
const MAX_UNPACKED_BYTES = 1024 * MEBIBYTE;

export interface Workbook {
  /** SHA-256 of the file's bytes and of the sheets chosen, hex. */
  readonly fingerprint: string;
  /** Rows below the headers, blank ones not counted. */
  readonly rowCount: number;
  /** Rows that can be sent, in the order of the sheets and of their rows. */
  readonly rows: readonly Row[];
  readonly badRows: readonly BadRow[];
  /** What the person who gave the file should know. */
  readonly notices: readonly string[];
}

export interface WorkbookOptions {
  /** Names of the sheets to read. Default: every one that has the columns. */
  readonly sheets?: readonly string[] | undefined;
}

/** Reads a .xlsx or .csv file. Throws WORKBOOK_UNREADABLE, naming what is wrong; a bad row is part of the answer. */
export async function readWorkbook(file: string, { sheets }: WorkbookOptions = {}): Promise<Workbook> {
  const extension = extname(file).toLowerCase();
  const limit = SIZE_LIMITS[extension];
  if (limit === undefined) {
    throw unreadable(file, 'has neither .xlsx nor .csv as its ending', {
      remedy: 'Name it after what it is: .xlsx for a workbook, .csv for text with separated columns.',
    });
  }
  await checkSize(file, limit);
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw unreadable(file, 'could not be read', { cause });
  });
  const hash = createHash('sha256').update(bytes);
  if (sheets !== undefined) hash.update(JSON.stringify(sheets));
  const tables = extension === '.csv' ? [parseText(file, bytes)] : parseSheets(file, bytes);
  return { fingerprint: hash.digest('hex'), ...readChosen(file, tables, sheets) };
}

function readChosen(
  file: string,
  tables: readonly Table[],
  sheets: readonly string[] | undefined,
): Omit<Workbook, 'fingerprint'> {
  const missing = sheets?.find((name) => !tables.some(({ sheet }) => sheet === name));
  if (missing !== undefined) {
    const names = tables.map(({ sheet }) => `'${sheet}'`).join(', ');
    const why = names === "''" ? 'a .csv file has none' : `it has ${names}`;
    throw unreadable(file, `has no sheet '${missing}': ${why}`, {
      remedy: 'Correct --sheet, or leave it out.',
    });
  }
  try {
    const read = readTables(tables, sheets ?? null);
    if (read.ok) return read;
    throw unreadable(file, read.why);
  } catch (cause) {
    if (!(cause instanceof UnclosedQuote)) throw cause;
    throw unreadable(file, `is damaged: ${cause.message}`, {
      cause,
      remedy: 'Close the quote; a quote inside a quoted cell is written twice.',
    });
  }
}

async function checkSize(file: string, limit: number): Promise<void> {
  const found = await stat(file).catch((cause: unknown) => {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw unreadable(file, missing ? 'does not exist' : 'could not be read', { cause });
  });
  if (!found.isFile()) throw unreadable(file, 'is not a file');
  if (found.size === 0) throw unreadable(file, 'is empty');
  if (found.size > limit) {
    const size = Math.ceil(found.size / MEBIBYTE);
    throw unreadable(file, `has ${size} MiB, more than the ${limit / MEBIBYTE} MiB that are read at once`, {
      remedy: 'Split it into several files, each with the header, or save it as .csv.',
    });
  }
}

const isZip = (bytes: Buffer): boolean => bytes.subarray(0, 2).toString('latin1') === 'PK';
/** Office's older container: a .xls, or the wrapper of a .xlsx with a password. */
const isCompound = (bytes: Buffer): boolean => bytes.subarray(0, 4).toString('hex') === 'd0cf11e0';

function parseSheets(file: string, bytes: Buffer): Table[] {
  if (!isZip(bytes) && !isCompound(bytes)) {
    throw unreadable(file, 'is not a workbook, although it is named .xlsx', {
      remedy: 'Rename text with separated columns to .csv; save anything else anew as .xlsx.',
    });
  }
  const damaged = (cause?: unknown): MeterpulseError =>
    unreadable(file, 'is damaged or not a workbook', {
      cause,
      remedy: 'Open it in a spreadsheet program, and save it anew as .xlsx.',
    });
  const size = isZip(bytes) ? unpackedSize(bytes, MAX_UNPACKED_BYTES) : { kind: 'fits' };
  if (size.kind === 'damaged') throw damaged();
  if (size.kind === 'larger') {
    throw unreadable(file, `has more than ${MAX_UNPACKED_BYTES / MEBIBYTE} MiB when it is unpacked`, {
      remedy: 'Split it into several files, each with the header, or save it as .csv.',
    });
  }
  try {
    return readSheets(bytes);
  } catch (cause) {
    // Excel wraps what it encrypts into the older container.
    if (isCompound(bytes) && cause instanceof Error && /password|encrypt/i.test(cause.message)) {
      throw unreadable(file, 'is protected by a password', {
        remedy: 'Open it in a spreadsheet program, and save a copy without the password.',
      });
    }
    throw damaged(cause);
  }
}

function parseText(file: string, bytes: Buffer): Table {
  if (isZip(bytes) || isCompound(bytes)) {
    throw unreadable(file, 'is a workbook, although it is named .csv: rename it to .xlsx', {
      remedy: 'Rename it, or save it anew as "CSV UTF-8".',
    });
  }
  const decoded = decodeCsv(bytes);
  if (!decoded.ok) throw unreadable(file, decoded.why, { remedy: decoded.remedy });
  return csvTable(decoded.text, (lines) => findHeader(lines).ok);
}

function unreadable(
  file: string,
  what: string,
  options: { readonly cause?: unknown; readonly remedy?: string } = {},
): MeterpulseError {
  return new MeterpulseError('WORKBOOK_UNREADABLE', `${file} ${what}.`, options);
}
