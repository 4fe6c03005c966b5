import { csvLines, UnclosedQuote } from './csv-lines.js';
import type { Line, Table } from './table.js';

const SEPARATORS = [',', ';', '\t', '|'] as const;
/** Excel's own way to tell: `sep=;` in a line before the header. It counts for no row. */
const TOLD = /^sep=(.)\r?\n/i;

/**
 * The table of a CSV text. The separator is the one by which `isTable` finds its header in the lines: half of Europe's Excels
 * write semicolons. Reading its lines throws UnclosedQuote when it comes to one.
 */
export function csvTable(text: string, isTable: (lines: Iterable<Line>) => boolean): Table {
  const told = TOLD.exec(text);
  const body = told === null ? text : text.slice(told[0].length);
  const fits = (separator: string): boolean => {
    try {
      return isTable(csvLines(body, separator));
    } catch (error) {
      // Under another separator there may be no quote at all.
      if (error instanceof UnclosedQuote) return false;
      throw error;
    }
  };
  const separator = told?.[1] ?? SEPARATORS.find(fits) ?? ',';
  return { sheet: '', lines: () => csvLines(body, separator) };
}
