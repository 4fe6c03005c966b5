import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvEncoder } from './encode-csv.js';

const one = (value: unknown): string => csvEncoder(['a']).row({ a: value });

describe('CSV', () => {
  it('begins with the columns and ends each line with CRLF', () => {
    const csv = csvEncoder(['id', 'standing.value']);
    expect(csv.header).toBe('id,standing.value\r\n');
    expect(csv.row({ id: 7, standing: { value: 1.5 } })).toBe('7,1.5\r\n');
  });

  it.each([
    ['nothing for null', null, ''],
    ['nothing for what is not there', undefined, ''],
    ['a number bare, whatever its sign', -7.25, '-7.25'],
    ['a truth value bare', true, 'true'],
    ['a list joined with spaces', ['assumedUtc', 'numberForString'], 'assumedUtc numberForString'],
    ['an empty list', [], ''],
    ['a text bare', 'CP 1/ä \u{1f50c}', 'CP 1/ä \u{1f50c}'],
    ['a comma in quotes', 'a,b', '"a,b"'],
    ['a quote doubled', 'say "hi"', '"say ""hi"""'],
    ['line breaks in quotes', 'a\r\nb\nc', '"a\r\nb\nc"'],
    ['blanks at the ends in quotes', ' a ', '" a "'],
    ['a digit text as it is', '0042', '0042'],
  ])('writes %s', (_, value, expected) => {
    expect(one(value)).toBe(`${expected}\r\n`);
  });

  it('reads no field of null or of a text', () => {
    const csv = csvEncoder(['a.b']);
    expect([csv.row({ a: null }), csv.row({ a: 'text' }), csv.row({})]).toEqual(['\r\n', '\r\n', '\r\n']);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠1', "'=1"])(
    'makes the text %j harmless to spreadsheets',
    (text) => {
      const cell = one(text).slice(0, -2);
      expect(cell.startsWith("'") || cell.startsWith(`"'`)).toBe(true);
    },
  );

  it('gives every text back by RFC 4180 and one apostrophe, and starts none as a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 4 }), (texts) => {
        const columns = texts.map((_, index) => `c${index}`);
        const line = csvEncoder(columns).row(Object.fromEntries(texts.map((text, at) => [`c${at}`, text])));
        const cells = parseLine(line);
        expect(cells.map((cell) => (cell.startsWith("'") ? cell.slice(1) : cell))).toEqual(texts);
        for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
      }),
    );
  });
});

/** A strict reader of one record. */
function parseLine(line: string): string[] {
  const cells: string[] = [];
  let rest = line;
  for (;;) {
    const match = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n$)/.exec(rest);
    if (match === null) throw new Error(`no CSV: ${JSON.stringify(rest)}`);
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] !== ',') return cells;
    rest = rest.slice(match[0].length);
  }
}
