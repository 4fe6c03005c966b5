import { isBlank, textOf, type Line } from './table.js';

/** The columns that are read, whatever the case, and whatever stands between the words: `Charge Point ID` is the first. */
export const COLUMNS = ['charge_point_id', 'payload'] as const;
/** A title, a date or a note may stand above the header. */
const HEADER_WITHIN_ROWS = 20;

export interface Header {
  readonly rowNumber: number;
  /** Indexes of the columns. */
  readonly chargePointId: number;
  readonly payload: number;
  /** Names of the other columns. */
  readonly ignored: readonly string[];
  /** Rows above it that aren't blank. */
  readonly rowsAbove: number;
}

export type FoundHeader =
  | { readonly ok: true; readonly header: Header }
  /** `seen`: what the first row has that isn't blank. */
  | { readonly ok: false; readonly seen: readonly string[] };

/** Looks through the first rows that aren't blank. */
export function findHeader(lines: Iterable<Line>): FoundHeader {
  let seen: readonly string[] | null = null;
  let rowsAbove = 0;
  for (const line of lines) {
    if (isBlank(line)) continue;
    const names = Array.from(line.cells, (cell) => textOf(cell).trim());
    const plain = names.map((name) => name.toLowerCase().replace(/[\s_-]/g, ''));
    const [chargePointId = -1, payload = -1] = COLUMNS.map((column) =>
      plain.indexOf(column.replaceAll('_', '')),
    );
    if (chargePointId >= 0 && payload >= 0) {
      const ignored = names.filter((name, at) => name !== '' && at !== chargePointId && at !== payload);
      return { ok: true, header: { rowNumber: line.rowNumber, chargePointId, payload, ignored, rowsAbove } };
    }
    seen ??= names.filter((name) => name !== '').map((name) => name.slice(0, 40));
    if (++rowsAbove >= HEADER_WITHIN_ROWS) break;
  }
  return { ok: false, seen: seen ?? [] };
}
