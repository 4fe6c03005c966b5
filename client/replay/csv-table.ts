import { csvLines, UnclosedQuote } from './csv-lines.js';
import { findHeader } from './header.js';
import type { Table } from './table.js';

const SEPARATORS = [',', ';', '\t', '|'] as const;
/** Excel's own way to tell: `sep=;` in a line before the header. It counts for no row. */
const TOLD = /^sep=(.)\r?\n/i;

/**
 * The table of a CSV text. The separator is the one that makes a header of the columns: half of Europe's Excels write
 * semicolons. Reading its lines throws UnclosedQuote when it comes to one.
 */
export function csvTable(text: string): Table {
  const told = TOLD.exec(text);
  const body = told === null ? text : text.slice(told[0].length);
  const separator = told?.[1] ?? SEPARATORS.find((each) => hasHeader(body, each)) ?? ',';
  return { sheet: '', lines: () => csvLines(body, separator) };
}

function hasHeader(text: string, separator: string): boolean {
  try {
    return findHeader(csvLines(text, separator)).ok;
  } catch (error) {
    // Under another separator there may be no quote at all.
    if (error instanceof UnclosedQuote) return false;
    throw error;
  }
}
