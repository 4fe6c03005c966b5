/**
 * CSV after RFC 4180: a header row, commas, CRLF, UTF-8 without a byte order mark; quotes where a text needs them, and
 * never around a number. null and undefined are empty, a list is joined with spaces.
 *
 * Spreadsheets run a cell that begins with = + - @ as a formula, and ids and names are whatever a device sent. Such a text
 * gets an apostrophe in front, and so does one that begins with an apostrophe: to read the file by program, take one
 * leading apostrophe off each text. NDJSON has everything as it is.
 */

/** Tab and line breaks are skipped by some programs before they look; the wide forms are taken for the narrow ones. */
const FORMULA = /^['=+\-@\t\r\n＝＋－＠]/;
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/** Turns rows into lines. A column named `a.b` is the field b of the object in the field a. */
export function csvEncoder(columns: readonly string[]) {
  const paths = columns.map((column) => column.split('.'));
  return {
    header: line(columns),
    row: (row: Readonly<Record<string, unknown>>): string =>
      line(paths.map((path) => cell(valueAt(row, path)))),
  };
}

function line(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

function valueAt(row: Readonly<Record<string, unknown>>, path: readonly string[]): unknown {
  let value: unknown = row;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return textCell(asText(value));
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join(' ') : JSON.stringify(value);
}

function textCell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
