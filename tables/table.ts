/** A file's tables as rows of cells: what .xlsx and .csv have in common. */

/**
 * What the cell of a spreadsheet can be beside a text:
 * - `date`: a number shown as a date. Excel makes one of an id such as 3-12.
 * - `error`: `#N/A` and the like.
 * - `longNumber`: a whole number of more than 15 digits, of which a spreadsheet keeps 15.
 * - `noValue`: a formula that was never calculated, as programs leave it that write workbooks.
 */
export type Oddity = 'date' | 'error' | 'longNumber' | 'noValue';

export interface OddCell {
  readonly text: string;
  readonly oddity: Oddity;
}

export type Cell = string | OddCell;

export interface Line {
  /** As the spreadsheet shows it: from 1, blank rows counted. */
  readonly rowNumber: number;
  /** Cells that nothing stands in may be missing. */
  readonly cells: readonly (Cell | undefined)[];
}

export interface Table {
  /** Name of the sheet; '' in a .csv file. */
  readonly sheet: string;
  /** Rows in their order; blank ones may be left out. */
  lines(): Iterable<Line>;
}

/** '' for a cell that isn't there. */
export function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  return typeof cell === 'string' ? cell : cell.text;
}

export function isBlank({ cells }: Line): boolean {
  return cells.every(
    (cell) => textOf(cell).trim() === '' && (typeof cell !== 'object' || cell.oddity !== 'noValue'),
  );
}
