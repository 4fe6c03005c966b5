import { isBlank, textOf, type Line } from '../../tables/table.js';

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

/** The row that comes nearest to a header: the first one with the most of the columns. */
export interface NoHeader {
  /** What stands in it; nothing when every row is blank. */
  readonly seen: readonly string[];
  readonly lacking: readonly string[];
}

export type FoundHeader =
  { readonly ok: true; readonly header: Header } | ({ readonly ok: false } & NoHeader);

/** Looks through the first rows that aren't blank. */
export function findHeader(lines: Iterable<Line>): FoundHeader {
  let nearest: NoHeader = { seen: [], lacking: COLUMNS };
  let rowsAbove = 0;
  for (const line of lines) {
    if (isBlank(line)) continue;
    const names = Array.from(line.cells, (cell) => textOf(cell).trim());
    const plain = names.map(plainName);
    const [chargePointId = -1, payload = -1] = COLUMNS.map((column) => plain.indexOf(plainName(column)));
    if (chargePointId >= 0 && payload >= 0) {
      const ignored = names.filter((name, at) => name !== '' && at !== chargePointId && at !== payload);
      return { ok: true, header: { rowNumber: line.rowNumber, chargePointId, payload, ignored, rowsAbove } };
    }
    const lacking = COLUMNS.filter((column) => !plain.includes(plainName(column)));
    if (nearest.seen.length === 0 || lacking.length < nearest.lacking.length) {
      nearest = { seen: names.filter((name) => name !== '').map((name) => name.slice(0, 40)), lacking };
    }
    if (++rowsAbove >= HEADER_WITHIN_ROWS) break;
  }
  return { ok: false, ...nearest };
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}
