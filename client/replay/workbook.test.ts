import { writeFile } from 'node:fs/promises';
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
    expect(xlsx.rows).toEqual(csv.rows);
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

  it('takes the first sheet that has the columns', async () => {
    const file = scratch.path('sheets.xlsx');
    await writeXlsx(file, {
      empty: [],
      cover: [['Title'], ['Meter values']],
      data: [HEADER, ...rows],
      more: [HEADER],
    });
    const book = await readWorkbook(file);
    expect(book.rows).toHaveLength(20);
    expect(book.notices[0]).toContain("'data'");
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
    expect(book.rows.map(({ rowNumber }) => rowNumber)).toEqual([2, 7]);
    expect(book.badRows).toEqual([
      { rowNumber: 3, reason: 'charge_point_id is empty' },
      { rowNumber: 4, reason: 'payload is not JSON' },
      { rowNumber: 6, reason: 'payload is empty' },
    ]);
    expect(book.rowCount).toBe(5);
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

  it('reads a workbook with a header alone as no rows', async () => {
    const file = scratch.path('header.csv');
    await writeCsv(file, [HEADER]);
    expect(await readWorkbook(file)).toMatchObject({ rowCount: 0, rows: [], badRows: [] });
  });

  it.each([
    ['missing.xlsx', null, 'does not exist'],
    ['letter.docx', 'x', 'neither .xlsx nor .csv'],
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
    });
  });

  it('refuses a workbook with a password and says so', async () => {
    const file = scratch.path('locked.xlsx');
    await writeFile(file, lockedWorkbook());
    await expect(readWorkbook(file)).rejects.toMatchObject({
      code: 'WORKBOOK_UNREADABLE',
      message: expect.stringContaining('password') as string,
    });
  });
});

/** What Excel's encryption makes of a workbook, as far as a reader without the password can tell. */
function lockedWorkbook(): Buffer {
  const cfb = XLSX.CFB as ContainerLibrary;
  const container = cfb.utils.cfb_new();
  cfb.utils.cfb_add(container, '/EncryptionInfo', Buffer.from([4, 0, 4, 0, 64, 0, 0, 0]));
  cfb.utils.cfb_add(container, '/EncryptedPackage', Buffer.alloc(64));
  return Buffer.from(cfb.write(container, { type: 'buffer' }));
}

interface ContainerLibrary {
  readonly utils: {
    cfb_new(): unknown;
    cfb_add(container: unknown, path: string, content: Buffer): void;
  };
  write(container: unknown, options: { type: 'buffer' }): Uint8Array;
}
