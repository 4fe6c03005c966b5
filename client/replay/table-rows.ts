import { COLUMNS, findHeader, type Header, type NoHeader } from './header.js';
import { parseRow, type BadRow, type Row } from './row.js';
import { isBlank, type Table } from '../../tables/table.js';

/** The last row that a sheet can have; a larger export is cut off there when it is saved. */
const LAST_ROW = 1_048_576;
/** Excel's limit for the text of one cell; longer text is cut off there. */
const CELL_LIMIT = 32_767;

export interface TableRows {
  readonly ok: true;
  readonly rowCount: number;
  readonly rows: readonly Row[];
  readonly badRows: readonly BadRow[];
  readonly notices: readonly string[];
}

interface Unread extends NoHeader {
  readonly sheet: string;
}

interface Body {
  readonly rows: Row[];
  readonly badRows: BadRow[];
  lastRow: number;
  cutCells: number;
  paddedIds: number;
}

/**
 * The rows of every table that has the columns, one after another, or of the tables named `chosen`, each of which must have them.
 * What is not read is told in a notice, never passed over in silence.
 */
export function readTables(
  tables: readonly Table[],
  chosen: readonly string[] | null,
): TableRows | { readonly ok: false; readonly why: string } {
  const body: Body = { rows: [], badRows: [], lastRow: 0, cutCells: 0, paddedIds: 0 };
  const notices: string[] = [];
  const unread: Unread[] = [];
  let fitting = 0;
  tables.forEach((table, index) => {
    const { sheet } = table;
    if (chosen !== null && !chosen.includes(sheet)) return;
    const found = findHeader(table.lines());
    if (!found.ok) {
      unread.push({ sheet, ...found });
      return;
    }
    fitting++;
    // Messages of a workbook with one sheet are named after the row alone.
    const prefix = tables.length === 1 ? '' : `s${index + 1}-`;
    readBody(table, found.header, prefix, body);
    const of = tables.length === 1 ? '' : ` of sheet '${sheet}'`;
    notices.push(...noticesOf(of, found.header, body.lastRow));
  });
  if (fitting === 0 || (chosen !== null && unread.length > 0)) {
    return { ok: false, why: whyNot(unread, tables.length > 1) };
  }
  if (tables.length > 1) notices.unshift(sheetsNotice(tables, chosen, unread));
  const { rows, badRows, cutCells, paddedIds } = body;
  if (cutCells > 0) {
    notices.push(
      `Payloads that are no JSON and end at the 32,767 characters that a cell can hold: ${cutCells}. They were cut off when the file was saved; larger ones need a .csv file.`,
    );
  }
  if (paddedIds > 0) {
    notices.push(`Ids that begin or end with a space: ${paddedIds}. They are sent as they stand.`);
  }
  return { ok: true, rowCount: rows.length + badRows.length, rows, badRows, notices };
}

function readBody(table: Table, header: Header, prefix: string, body: Body): void {
  const { sheet } = table;
  for (const line of table.lines()) {
    const { rowNumber, cells } = line;
    body.lastRow = rowNumber;
    if (rowNumber <= header.rowNumber || isBlank(line)) continue;
    const place = { id: `${prefix}row-${rowNumber}`, sheet, rowNumber };
    const parsed = parseRow(place, cells[header.chargePointId], cells[header.payload]);
    if (!parsed.ok) {
      body.badRows.push(parsed.bad);
      continue;
    }
    const { row } = parsed;
    body.rows.push(row);
    if (!row.isJson && row.payload.length === CELL_LIMIT) body.cutCells++;
    if (row.chargePointId.trim() !== row.chargePointId) body.paddedIds++;
  }
}

function noticesOf(of: string, { ignored, rowsAbove, rowNumber }: Header, lastRow: number): string[] {
  const notices: string[] = [];
  if (rowsAbove > 0) notices.push(`Rows${of} above the header in row ${rowNumber} are not read.`);
  if (ignored.length > 0) notices.push(`Columns${of} not read: ${ignored.join(', ')}.`);
  if (lastRow === LAST_ROW) {
    notices.push(
      `The last row${of} is ${LAST_ROW}, where every sheet ends: what came after it is not in the file.`,
    );
  }
  return notices;
}

function sheetsNotice(
  tables: readonly Table[],
  chosen: readonly string[] | null,
  unread: readonly Unread[],
): string {
  const isRead = ({ sheet }: Table): boolean =>
    unread.every((one) => one.sheet !== sheet) && (chosen?.includes(sheet) ?? true);
  const list = (some: readonly Table[]): string => some.map(({ sheet }) => `'${sheet}'`).join(', ');
  const others = tables.filter((table) => !isRead(table));
  const rest = others.length === 0 ? '' : `; not read: ${list(others)}`;
  return `Sheets read: ${list(tables.filter(isRead))}${rest}.`;
}

function whyNot(unread: readonly Unread[], severalSheets: boolean): string {
  const [nearest] = [...unread].sort((a, b) => a.lacking.length - b.lacking.length);
  const { sheet = '', seen = [], lacking = COLUMNS } = nearest ?? {};
  const subject = severalSheets ? `sheet '${sheet}'` : 'it';
  const has =
    seen.length === 0 ? `${subject} has no header` : `${subject} has ${seen.slice(0, 20).join(', ')}`;
  return `lacks the ${lacking.length === 1 ? 'column' : 'columns'} ${lacking.join(' and ')}: ${has}`;
}
