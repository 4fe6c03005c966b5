import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import * as XLSX from 'xlsx';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createScratch,
  HEADER,
  meterValueRows,
  writeCsv,
  writeXlsx,
} from '../../tests/harness/workbook-file.js';
import { readWorkbook } from './workbook.js';

const scratch = await createScratch();
afterAll(() => scratch.remove());
const rows = meterValueRows(20, 3);
const payload = rows[0]?.[1] ?? '';

describe('reading a workbook', () => {
  it('gives the same rows from .xlsx and .csv, but another fingerprint', async () => {
    await writeXlsx(scratch.path('same.xlsx'), { Sheet1: [HEADER, ...rows] });
    await writeCsv(scratch.path('same.csv'), [HEADER, ...rows]);
    const xlsx = await readWorkbook(scratch.path('same.xlsx'));
    const csv = await readWorkbook(scratch.path('same.csv'));
    expect(xlsx.rows.map((row) => ({ ...row, sheet: '' }))).toEqual(csv.rows);
    expect(xlsx.rows[0]?.sheet).toBe('Sheet1');
    expect(xlsx.rows.map(({ chargePointId, payload: text }) => [chargePointId, text])).toEqual(rows);
    expect(xlsx.rows[0]?.rowNumber).toBe(2);
    expect(xlsx.fingerprint).not.toBe(csv.fingerprint);
  });

  it('finds the columns by name, wherever they stand, and names those that it leaves out', async () => {
    const file = scratch.path('order.xlsx');
    await writeXlsx(file, {
      s: [
        ['note', ' Payload ', 'CHARGE_POINT_ID'],
        ['x', payload, 'CP-1'],
      ],
    });
    const book = await readWorkbook(file);
    expect(book.rows).toMatchObject([{ chargePointId: 'CP-1', payload }]);
    expect(book.notices).toEqual(['Columns not read: note.']);
  });

  it('takes every sheet that has the columns, under ids that tell the sheets apart', async () => {
    const file = scratch.path('sheets.xlsx');
    await writeXlsx(file, {
      empty: [],
      cover: [['Title'], ['Meter values']],
      March: [HEADER, ...rows],
      April: [
        ['payload', 'note', 'Charge Point ID'],
        [payload, 'x', 'CP-9'],
      ],
      May: [HEADER],
    });
    const book = await readWorkbook(file);
    expect(book.rows).toHaveLength(21);
    expect(book.rows[0]).toMatchObject({ id: 's3-row-2', sheet: 'March', rowNumber: 2 });
    expect(book.rows[20]).toMatchObject({
      id: 's4-row-2',
      sheet: 'April',
      rowNumber: 2,
      chargePointId: 'CP-9',
    });
    expect(book.notices).toEqual([
      "Sheets read: 'March', 'April', 'May'; not read: 'empty', 'cover'.",
      "Columns of sheet 'April' not read: note.",
    ]);
  });

  it('takes the sheets that it is told to take, and names those there are when it finds none', async () => {
    const file = scratch.path('chosen.xlsx');
    await writeXlsx(file, {
      cover: [['Title']],
      March: [HEADER, ...rows],
      April: [HEADER, ['CP-9', payload]],
    });
    const all = await readWorkbook(file);
    const april = await readWorkbook(file, { sheets: ['April'] });
    expect(april.rows).toMatchObject([{ id: 's3-row-2', sheet: 'April' }]);
    expect(april.fingerprint).not.toBe(all.fingerprint);
    await expect(readWorkbook(file, { sheets: ['June'] })).rejects.toMatchObject({
      message: expect.stringContaining("has no sheet 'June': it has 'cover', 'March', 'April'") as string,
    });
    await expect(readWorkbook(file, { sheets: ['March', 'cover'] })).rejects.toMatchObject({
      message: expect.stringContaining("sheet 'cover' has Title") as string,
    });
    await writeCsv(scratch.path('chosen.csv'), [HEADER, ...rows]);
    await expect(readWorkbook(scratch.path('chosen.csv'), { sheets: ['March'] })).rejects.toMatchObject({
      message: expect.stringContaining('a .csv file has none') as string,
    });
  });

  it('finds a header below a title, and says that what stands above it is not read', async () => {
    const file = scratch.path('title.xlsx');
    await writeXlsx(file, {
      s: [
        ['Meter values, March'],
        [],
        ['as of', '2026-03-31'],
        ['Charge-Point_Id', 'PAYLOAD '],
        ['CP-1', payload],
      ],
    });
    const book = await readWorkbook(file);
    expect(book.rows).toMatchObject([{ rowNumber: 5, chargePointId: 'CP-1' }]);
    expect(book.notices).toEqual(['Rows above the header in row 4 are not read.']);
  });

  it('names the sheet and the column when one is missing that comes near', async () => {
    const file = scratch.path('near.xlsx');
    await writeXlsx(file, {
      cover: [['Title']],
      March: [['as of'], ['charge_point_id', 'body'], ['CP-1', payload]],
    });
    await expect(readWorkbook(file)).rejects.toMatchObject({
      message: expect.stringContaining(
        "lacks the column payload: sheet 'March' has charge_point_id, body.",
      ) as string,
    });
  });

  it('says which columns it found when those it needs are missing', async () => {
    const file = scratch.path('columns.csv');
    await writeCsv(file, [
      ['id', 'body'],
      ['CP-1', payload],
    ]);
    await expect(readWorkbook(file)).rejects.toMatchObject({
      code: 'WORKBOOK_UNREADABLE',
      message: expect.stringContaining('id, body') as string,
    });
  });

  it('reports bad rows by their number in the sheet and goes on', async () => {
    const file = scratch.path('bad.xlsx');
    await writeXlsx(file, {
      s: [
        HEADER,
        ['CP-1', payload],
        ['', payload],
        ['CP-1', 'no json'],
        [null, null],
        ['CP-1', null],
        ['CP-2', payload],
      ],
    });
    const book = await readWorkbook(file);
    expect(book.rows.map(({ rowNumber, isJson }) => [rowNumber, isJson])).toEqual([
      [2, true],
      [4, false],
      [6, false],
      [7, true],
    ]);
    expect(book.badRows).toMatchObject([{ rowNumber: 3, code: 'missing_charge_point' }]);
    expect(book.rowCount).toBe(5);
  });

  it('tells formulas with a value from those without, and dates from numbers', async () => {
    const file = scratch.path('formulas.xlsx');
    const sheet = XLSX.utils.aoa_to_sheet([
      HEADER,
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
      ['g', 'h'],
      [true, 0.1],
    ]);
    sheet['A2'] = { t: 's', v: 'CP-7', f: '"CP-"&7' };
    sheet['B3'] = { t: 's', f: '"{}"' };
    sheet['A4'] = { t: 'n', v: 46_001, z: 'yyyy-mm-dd' };
    sheet['B4'] = { t: 'n', v: 46_001, z: 'yyyy-mm-dd' };
    sheet['A5'] = { t: 'n', v: 1.2345678901234567e20 };
    sheet['A6'] = { t: 'e', v: 42 };
    sheet['A7'] = { t: 's', v: 'CP-8' };
    sheet['B7'] = { t: 'n', v: 46_001.25, z: 'd/m/yy h:mm' };
    sheet['!ref'] = 'A1:B7';
    await writeFile(
      file,
      XLSX.write({ SheetNames: ['s'], Sheets: { s: sheet } }, { type: 'buffer' }) as Buffer,
    );
    const book = await readWorkbook(file);
    expect(book.rows).toMatchObject([
      { rowNumber: 2, chargePointId: 'CP-7', isJson: false },
      { rowNumber: 7, chargePointId: 'CP-8', payload: '46001.25', isJson: true },
    ]);
    expect(book.badRows.map(({ rowNumber, code }) => [rowNumber, code])).toEqual([
      [3, 'formula_without_value'],
      [4, 'charge_point_is_date'],
      [5, 'charge_point_lost_digits'],
      [6, 'charge_point_is_error'],
    ]);
  });

  it('says of a sheet that is full to its last row that more may have been cut off', async () => {
    const file = scratch.path('full.xlsx');
    const sheet = XLSX.utils.aoa_to_sheet([HEADER, ['CP-1', payload]]);
    sheet['A1048576'] = { t: 's', v: 'CP-2' };
    sheet['B1048576'] = { t: 's', v: payload };
    sheet['!ref'] = 'A1:B1048576';
    // What is written of the blank rows between is nothing but their holes.
    await writeFile(file, sparse(sheet));
    const book = await readWorkbook(file);
    expect(book.rows.map(({ rowNumber }) => rowNumber)).toEqual([2, 1_048_576]);
    expect(book.notices).toEqual([
      'The last row is 1048576, where every sheet ends: what came after it is not in the file.',
    ]);
  });

  it('says of payloads that were cut off at the limit of a cell that a .csv file holds more', async () => {
    const file = scratch.path('cut.csv');
    await writeCsv(file, [HEADER, ['CP-1', payload.padEnd(32_767, 'x')], ['CP-1 ', payload]]);
    expect((await readWorkbook(file)).notices).toEqual([
      expect.stringContaining('32,767 characters that a cell can hold: 1.'),
      'Ids that begin or end with a space: 1. They are sent as they stand.',
    ]);
  });

  it('leaves out empty rows at the end without a word', async () => {
    const file = scratch.path('trailing.xlsx');
    await writeXlsx(file, { s: [HEADER, ['CP-1', payload], ['', ''], [' ', null], ['', '']] });
    expect(await readWorkbook(file)).toMatchObject({ rowCount: 1, badRows: [], notices: [] });
  });

  it('reads numbers as the ids they are', async () => {
    const file = scratch.path('numbers.xlsx');
    await writeXlsx(file, { s: [HEADER, [2047244603, payload], [42, payload]] });
    expect((await readWorkbook(file)).rows.map(({ chargePointId }) => chargePointId)).toEqual([
      '2047244603',
      '42',
    ]);
    const csv = scratch.path('numbers.csv');
    await writeCsv(csv, [HEADER, ['00420', payload], ['1e5', payload], ['2026-03-10', payload]]);
    const ids = (await readWorkbook(csv)).rows.map(({ chargePointId }) => chargePointId);
    expect(ids).toEqual(['00420', '1e5', '2026-03-10']);
  });

  it('reads .csv cells of megabytes, line breaks, quotes, umlauts and a byte order mark', async () => {
    const file = scratch.path('large.csv');
    const large = JSON.stringify({ padding: 'ü"\n'.repeat(500_000) }, null, 1);
    await writeFile(file, `\ufeffcharge_point_id,payload\n"Säule ""7""","${large.replaceAll('"', '""')}"\n`);
    const [row] = (await readWorkbook(file)).rows;
    expect(row?.chargePointId).toBe('Säule "7"');
    expect(row?.payload).toBe(large);
  });

  it('reads .csv with semicolons, as Excel writes it in half of Europe', async () => {
    const file = scratch.path('semicolons.csv');
    await writeFile(file, `charge_point_id;payload\r\nCP-1;"${payload.replaceAll('"', '""')}"\r\n`);
    expect((await readWorkbook(file)).rows).toMatchObject([{ chargePointId: 'CP-1', payload }]);
  });

  it.each([
    ['semicolons', ';', 'utf8', ''],
    ['tabs in UTF-16, as "Unicode text"', '\t', 'utf16le', '\ufeff'],
    ['bars', '|', 'utf8', ''],
    ['a separator told in a line before', '~', 'utf8', 'sep=~\r\n'],
    ['a byte order mark', ',', 'utf8', '\ufeff'],
  ] as const)('reads .csv with %s', async (name, separator, encoding, mark) => {
    const file = scratch.path(`${name.slice(0, 4)}.csv`);
    const quoted = `"${payload.replaceAll('"', '""')}"`;
    const lines = [
      ['Id', 'charge_point_id', 'payload'],
      ['1', 'Säule;1,2', quoted],
      [],
      ['2', '"CP""|,;~2"', quoted],
    ];
    const id = separator === ';' || separator === ',' ? '"Säule;1,2"' : 'Säule;1,2';
    const text = lines.map((line) => line.join(separator).replace('Säule;1,2', id)).join('\r\n');
    await writeFile(file, `${mark}${text}`, encoding);
    expect(
      (await readWorkbook(file)).rows.map(({ rowNumber, chargePointId, payload: body }) => [
        rowNumber,
        chargePointId,
        body,
      ]),
    ).toEqual([
      [2, 'Säule;1,2', payload],
      [4, 'CP"|,;~2', payload],
    ]);
  });

  it.each(['\n', '\r\n', '\r'])('reads .csv whose lines end with %j, and counts blank ones', async (end) => {
    const file = scratch.path('ends.csv');
    await writeFile(
      file,
      ['charge_point_id,payload', '', 'CP-1,5', ' , ', 'CP-2,"a', 'b"', 'CP-3,6'].join(end),
    );
    const { rows: found } = await readWorkbook(file);
    expect(
      found.map(({ rowNumber, chargePointId, payload: text }) => [rowNumber, chargePointId, text]),
    ).toEqual([
      [3, 'CP-1', '5'],
      [5, 'CP-2', `a${end}b`],
      [6, 'CP-3', '6'],
    ]);
  });

  it('reads a header that would make the file another format to a guesser', async () => {
    const file = scratch.path('guess.csv');
    await writeFile(file, 'ID,charge_point_id,payload\n1,=CP-1,<html>\n');
    expect((await readWorkbook(file)).rows).toMatchObject([{ chargePointId: '=CP-1', payload: '<html>' }]);
  });

  it('keeps quotes that are not where they belong as they are', async () => {
    const file = scratch.path('quotes.csv');
    await writeFile(file, 'charge_point_id,payload\nA"B,{"a":"b"}\n"C"D,"x" y\n');
    expect(
      (await readWorkbook(file)).rows.map(({ chargePointId, payload: text }) => [chargePointId, text]),
    ).toEqual([
      ['A"B', '{"a":"b"}'],
      ['CD', 'x y'],
    ]);
  });

  it('reads NUL in a cell as the character that it is', async () => {
    const file = scratch.path('nul.csv');
    await writeFile(file, 'charge_point_id,payload\nCP-1,a\0b\nCP\0,5\n');
    const book = await readWorkbook(file);
    expect(book.rows).toMatchObject([{ payload: 'a\0b', isJson: false }]);
    expect(book.badRows).toMatchObject([{ rowNumber: 3, code: 'invalid_charge_point' }]);
  });

  it('holds no more than a few times the text of a .csv with forty cells of 2 MB', async () => {
    const file = scratch.path('forty.csv');
    const cell = `"{""padding"":""${'x'.repeat(2_000_000)}""}"`;
    await writeFile(file, `charge_point_id,payload\n${`CP-1,${cell}\n`.repeat(40)}`);
    const program =
      "import { readWorkbook } from './client/replay/workbook.ts';" +
      `const { rows } = await readWorkbook(${JSON.stringify(file)});` +
      'console.log(rows.length, rows.every(({ isJson }) => isJson), process.resourceUsage().maxRSS);';
    // 80 MB of text, its bytes and unquoted copies; a table of boxed cells with a copy of each would not fit.
    const args = ['--max-old-space-size=300', '--import', 'tsx', '--input-type=module', '-e', program];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toMatch(/^40 true \d+/);
    expect(Number(stdout.trim().split(' ')[2])).toBeLessThan(700_000);
  }, 60_000);

  it('reads a workbook with a header alone as no rows', async () => {
    const file = scratch.path('header.csv');
    await writeCsv(file, [HEADER]);
    expect(await readWorkbook(file)).toMatchObject({ rowCount: 0, rows: [], badRows: [] });
  });

  it.each([
    ['missing.xlsx', null, 'does not exist'],
    ['letter.docx', 'x', 'neither .xlsx nor .csv'],
    ['values.txt', 'charge_point_id,payload\n', 'neither .xlsx nor .csv'],
    ['prose.csv', 'Dear colleague,\nhere are the values.\n', 'it has Dear colleague'],
    ['unclosed.csv', 'charge_point_id,payload\nCP-1,5\nCP-2,"5\nCP-3,6\n', 'opened in row 3 is never closed'],
    [
      'latin1.csv',
      Buffer.from('charge_point_id,payload\nS\u00e4ule,5\n', 'latin1'),
      'line 2 has bytes of another code page',
    ],
    ['half.csv', Buffer.from('fffe6300d8', 'hex'), 'not UTF-16 text'],
    ['empty.csv', '', 'is empty'],
    ['blank.csv', '\n\n', 'no header'],
    ['text.xlsx', 'charge_point_id,payload\n', 'is not a workbook'],
    ['torn.xlsx', 'PK\u0003\u0004 and then nothing of use', 'is damaged'],
    ['zipped.csv', 'PK\u0003\u0004', 'rename it to .xlsx'],
    ['utf16.csv', 'c\0h\0a\0r\0', 'not UTF-8'],
  ])('refuses %s and says why', async (name, content, why) => {
    if (content !== null) await writeFile(scratch.path(name), content);
    await expect(readWorkbook(scratch.path(name))).rejects.toMatchObject({
      code: 'WORKBOOK_UNREADABLE',
      message: expect.stringContaining(why) as string,
      remedy: expect.stringMatching(/^[A-Z].*\.$/) as string,
    });
  });

  it('refuses a workbook with a password and says so', async () => {
    const file = scratch.path('locked.xlsx');
    await writeFile(file, lockedWorkbook());
    await expect(readWorkbook(file)).rejects.toMatchObject({
      code: 'WORKBOOK_UNREADABLE',
      message: expect.stringContaining('password') as string,
      remedy: expect.stringContaining('without the password') as string,
    });
  });
});

/** A workbook of one sheet, written without the library's loop over every row of its range. */
function sparse(sheet: XLSX.WorkSheet): Buffer {
  const small = { ...sheet, '!ref': 'A1:B2' };
  const book = XLSX.write(
    { SheetNames: ['s'], Sheets: { s: small } },
    { type: 'buffer', bookType: 'xlsx' },
  ) as Buffer;
  const cfb = XLSX.CFB as ContainerLibrary;
  const container = cfb.read(book, { type: 'buffer' });
  const at = container.FullPaths.findIndex((path) => path.endsWith('/sheet1.xml'));
  const entry = container.FileIndex[at];
  if (entry === undefined) throw new Error('no sheet');
  const cell = (name: string): string =>
    `<c r="${name}" t="str"><v>${String((sheet[name] as XLSX.CellObject).v).replaceAll('"', '&quot;')}</v></c>`;
  const last = `<row r="1048576">${cell('A1048576')}${cell('B1048576')}</row></sheetData>`;
  entry.content = Buffer.from(Buffer.from(entry.content).toString().replace('</sheetData>', last));
  return Buffer.from(cfb.write(container, { type: 'buffer', fileType: 'zip' }));
}

/** What Excel's encryption makes of a workbook, as far as a reader without the password can tell. */
function lockedWorkbook(): Buffer {
  const cfb = XLSX.CFB as ContainerLibrary;
  const container = cfb.utils.cfb_new();
  cfb.utils.cfb_add(container, '/EncryptionInfo', Buffer.from([4, 0, 4, 0, 64, 0, 0, 0]));
  cfb.utils.cfb_add(container, '/EncryptedPackage', Buffer.alloc(64));
  return Buffer.from(cfb.write(container, { type: 'buffer' }));
}

interface Container {
  readonly FullPaths: readonly string[];
  readonly FileIndex: readonly { content: Uint8Array }[];
}

interface ContainerLibrary {
  readonly utils: {
    cfb_new(): Container;
    cfb_add(container: Container, path: string, content: Buffer): void;
  };
  read(bytes: Buffer, options: { type: 'buffer' }): Container;
  write(container: Container, options: { type: 'buffer'; fileType?: 'zip' }): Uint8Array;
}
