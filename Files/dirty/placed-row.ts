/** Where each dirty row stands in the files, and under which id its message goes. */
import { BULK } from './bulk.js';
import { CELLS } from './cells.js';
import type { DirtyCase, DirtyCell, DirtyFile, DirtyRow } from './dirty-case.js';
import { TEXTS } from './texts.js';
import { TIMES } from './times.js';
import { VALUES } from './values.js';

export const CASES: readonly DirtyCase[] = [...VALUES, ...TIMES, ...TEXTS, ...CELLS, ...BULK];

/** The sheets of the workbook. A cover and a sheet of notes without the columns stand among them. */
export const SHEETS = [
  { name: 'Cover', above: [['Meter values'], [], ['as exported, unchecked']], columns: null },
  { name: 'Export', above: [], columns: ['charge_point_id', 'payload'] },
  { name: 'Swapped', above: [], columns: ['no.', 'PAYLOAD', 'checked by', 'Charge Point ID', 'remarks'] },
  {
    name: 'Below a title',
    above: [['November 2025'], [], ['depot', 'north']],
    columns: [' Charge-Point_Id', 'payload '],
  },
  { name: 'Empty', above: [], columns: ['charge_point_id', 'payload'] },
] as const;

export const CSV_COLUMNS = ['no.', 'Payload', 'Charge Point ID', 'remarks'] as const;

/** After so many rows comes a blank one. */
const BLANK_AFTER = 7;

export interface PlacedRow extends DirtyRow {
  /** '' in a .csv file. */
  readonly sheet: string;
  /** As a spreadsheet counts. */
  readonly row: number;
  /** The id under which the replay sends it. */
  readonly messageId: string;
  readonly id: DirtyCell;
  /** The id as a text, as the replay reads it. */
  readonly chargePointId: string;
  readonly of: DirtyCase;
}

/** The rows of a file in the order of reading. A charge point of the .csv file has a ~ more, so that no two rows meet by accident. */
export function placeRows(file: DirtyFile, cases: readonly DirtyCase[] = CASES): PlacedRow[] {
  const mine = cases.filter(({ files }) => files.includes(file));
  return file === 'csv' ? placeInCsv(mine) : placeInSheets(mine);
}

function placeInCsv(cases: readonly DirtyCase[]): PlacedRow[] {
  const next = rowCounter(2);
  return cases.flatMap((of) => {
    const text = idText(of.id);
    const id = text.trim() === '' ? text : `${text}~`;
    return of.rows.map((dirty) => {
      const row = next();
      return { ...dirty, of, id, chargePointId: id, sheet: '', row, messageId: `row-${row}` };
    });
  });
}

function placeInSheets(cases: readonly DirtyCase[]): PlacedRow[] {
  return SHEETS.flatMap(({ name, above, columns }, index) => {
    if (columns === null) return [];
    const next = rowCounter(above.length + 2);
    return cases
      .filter((_, at) => SHEETS[sheetOf(at)]?.name === name)
      .flatMap((of) =>
        of.rows.map((dirty) => {
          const row = next();
          const messageId = `s${index + 1}-row-${row}`;
          return { ...dirty, of, id: of.id, chargePointId: idText(of.id), sheet: name, row, messageId };
        }),
      );
  });
}

/** Every tenth case has its columns swapped, another tenth stands below a title. */
function sheetOf(at: number): number {
  return at % 10 === 8 ? 2 : at % 10 === 9 ? 3 : 1;
}

/** Row numbers, blank rows skipped. */
function rowCounter(first: number): () => number {
  let given = 0;
  return () => first + given + Math.floor(given++ / BLANK_AFTER);
}

/** Numbers without a format, truth values and errors as a spreadsheet shows them. */
export function idText(cell: DirtyCell): string {
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  if (typeof cell !== 'object') return String(cell);
  if ('formula' in cell) return cell.value ?? '';
  return 'date' in cell ? String(cell.date) : '#N/A';
}
