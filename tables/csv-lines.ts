/**
 * The rows of CSV text (RFC 4180, read leniently):
 *
 *     row  = cell *(separator cell) (CR LF | LF | CR)
 *     cell = '"' *(any but '"' | '""') '"' *rest | *rest      rest: any but separator, CR and LF
 *
 * Cells are texts, never numbers or dates. By index instead of character by character, since cells have megabytes.
 */
import type { Line } from './table.js';

/** Begins where a quote was opened that nothing closes: all that follows would be one cell. */
export class UnclosedQuote extends Error {
  constructor(readonly rowNumber: number) {
    super(`the quote opened in row ${rowNumber} is never closed`);
  }
}

/** Throws UnclosedQuote when it comes to one. */
export function* csvLines(text: string, separator: string): Generator<Line> {
  const cellEnd = new RegExp(`[${/\w/.test(separator) ? separator : `\\${separator}`}\\r\\n]`, 'g');
  const { length } = text;
  let at = 0;
  for (let rowNumber = 1; at < length; rowNumber++) {
    const cells: string[] = [];
    for (;;) {
      let cell = '';
      if (text[at] === '"') {
        const close = closingQuote(text, at + 1);
        if (close < 0) throw new UnclosedQuote(rowNumber);
        cell = text.slice(at + 1, close).replaceAll('""', '"');
        at = close + 1;
      }
      cellEnd.lastIndex = at;
      const end = cellEnd.exec(text)?.index ?? length;
      cells.push(end === at ? cell : cell + text.slice(at, end));
      at = end;
      if (text[at] !== separator) break;
      at++;
    }
    at += text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1;
    yield { rowNumber, cells };
  }
}

/** Index of the quote that closes a cell; -1 when none does. */
function closingQuote(text: string, start: number): number {
  for (let at = text.indexOf('"', start); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}
