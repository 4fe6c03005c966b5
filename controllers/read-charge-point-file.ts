import type { UploadedFile } from '../routes/route.js';
import { csvTable } from '../tables/csv-table.js';
import { UnclosedQuote } from '../tables/csv-lines.js';
import { decodeCsv } from '../tables/csv-text.js';
import { readSheets } from '../tables/spreadsheet.js';
import { unpackedSize } from '../tables/unpacked-size.js';
import { chargePointRows, hasIdColumn, MAX_IMPORT_ROWS, type ChargePointRows } from './charge-point-rows.js';

export const CSV_TYPE = 'text/csv';
export const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const MEBIBYTE = 1024 * 1024;
export const MAX_FILE_BYTES = 16 * MEBIBYTE;
/** Of a workbook of as many rows as are taken, with room to spare. */
const MAX_UNPACKED_BYTES = 64 * MEBIBYTE;
/** Beyond the rows that are taken, so that there being more is noticed. */
const MAX_SHEET_ROWS = MAX_IMPORT_ROWS + 1_000;

/** The rows of an uploaded file: CSV, or the first sheet of a workbook. Never throws for what the file is. */
export function readChargePointFile({ type, bytes }: UploadedFile): ChargePointRows {
  return type === XLSX_TYPE ? readWorkbook(bytes) : readCsv(bytes);
}

function readCsv(bytes: Buffer): ChargePointRows {
  const decoded = decodeCsv(bytes);
  if (!decoded.ok) return { kind: 'unusable', why: `It ${decoded.why}. ${decoded.remedy}` };
  try {
    return chargePointRows(csvTable(decoded.text, hasIdColumn).lines());
  } catch (error) {
    if (!(error instanceof UnclosedQuote)) throw error;
    return {
      kind: 'unusable',
      why: `It is damaged: ${error.message}. A quote inside a quoted cell is written twice.`,
    };
  }
}

function readWorkbook(bytes: Buffer): ChargePointRows {
  const size = unpackedSize(bytes, MAX_UNPACKED_BYTES);
  if (size.kind === 'larger') {
    const why = `Unpacked it has more than ${MAX_UNPACKED_BYTES / MEBIBYTE} MiB: split it, or save it as CSV.`;
    return { kind: 'unusable', why };
  }
  const damaged: ChargePointRows = {
    kind: 'unusable',
    why: 'It is damaged, protected by a password, or no workbook: save it anew as .xlsx.',
  };
  if (size.kind === 'damaged') return damaged;
  try {
    const [sheet] = readSheets(bytes, { firstOnly: true, maxRows: MAX_SHEET_ROWS });
    return sheet === undefined
      ? { kind: 'unusable', why: 'It has no sheet.' }
      : chargePointRows(sheet.lines());
  } catch {
    // Whatever the library throws is of the file: it has no other input.
    return damaged;
  }
}
