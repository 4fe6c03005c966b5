import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as XLSX from 'xlsx';
import { describe, expect, it } from 'vitest';
import { readWorkbook } from '../../client/replay/workbook.js';
import { dirtyCsv, dirtyWorkbook } from './dirty-files.js';
import { encryptedWorkbook } from './encrypted-workbook.js';
import { ledgerText } from './ledger.js';
import { CASES, placeRows } from './placed-row.js';
import { UNREADABLE_FILES } from './unreadable-files.js';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const committed = (name: string): Buffer => readFileSync(path(name));

function cellsOf(book: XLSX.WorkBook): unknown {
  const bytes = XLSX.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer;
  return sheetsOf(bytes);
}

function sheetsOf(bytes: Buffer): unknown {
  const { SheetNames, Sheets } = XLSX.read(bytes, { cellFormula: true, sheetStubs: true });
  return SheetNames.map((name) => [name, Sheets[name]]);
}

describe('the dirty files', { timeout: 30_000 }, () => {
  it('hold, cell by cell, what the generator makes', () => {
    expect(sheetsOf(committed('dirty.xlsx'))).toEqual(cellsOf(dirtyWorkbook()));
    expect(committed('dirty.csv').equals(dirtyCsv())).toBe(true);
    expect(committed('ledger.ndjson').toString()).toBe(ledgerText());
    // A workbook's bytes depend on the version of zlib.
    for (const { name, content, isText } of UNREADABLE_FILES) {
      if (isText) expect(committed(name).equals(content()), name).toBe(true);
    }
  });

  it('are small', () => {
    const names = ['dirty.xlsx', 'dirty.csv', 'ledger.ndjson', ...UNREADABLE_FILES.map(({ name }) => name)];
    expect(names.reduce((sum, name) => sum + committed(name).length, 0)).toBeLessThan(300_000);
  });

  it('have cases with names and charge points of their own', () => {
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
    for (const file of ['xlsx', 'csv'] as const) {
      const sent = placeRows(file).filter(({ expect: { json } }) => json.outcome !== 'refused');
      const caseOf = new Map(sent.map(({ chargePointId, of }) => [chargePointId, of]));
      for (const { chargePointId, of } of sent) expect(caseOf.get(chargePointId)?.name).toBe(of.name);
    }
  });

  it.each(['xlsx', 'csv'] as const)('are read as they were meant: dirty.%s', async (file) => {
    const book = await readWorkbook(path(`dirty.${file}`));
    const placed = placeRows(file);
    expect(book.rowCount).toBe(placed.length);
    const refused = placed.filter(
      ({ expect: { json } }) => json.outcome === 'refused' && json.code !== 'frame_too_large',
    );
    expect(
      book.badRows.map(({ sheet, rowNumber, chargePointId, code }) => [
        sheet,
        rowNumber,
        chargePointId,
        code,
      ]),
    ).toEqual(
      refused.map(({ sheet, row, chargePointId, expect: { json } }) => [
        sheet,
        row,
        chargePointId,
        json.code,
      ]),
    );
    const sent = placed.filter((each) => !refused.includes(each));
    expect(
      book.rows.map(({ id, sheet, rowNumber, chargePointId }) => [id, sheet, rowNumber, chargePointId]),
    ).toEqual(sent.map(({ messageId, sheet, row, chargePointId }) => [messageId, sheet, row, chargePointId]));
    const texts = sent.flatMap(({ payload }, at) =>
      typeof payload === 'string' ? [[payload, at] as const] : [],
    );
    for (const [payload, at] of texts) expect(book.rows[at]?.payload, sent[at]?.of.name).toBe(payload);
  });

  it('say what of them is not read', async () => {
    expect((await readWorkbook(path('dirty.xlsx'))).notices).toEqual([
      "Sheets read: 'Export', 'Swapped', 'Below a title', 'Empty'; not read: 'Cover'.",
      "Columns of sheet 'Swapped' not read: no., checked by, remarks.",
      "Rows of sheet 'Below a title' above the header in row 4 are not read.",
      expect.stringContaining('32,767 characters that a cell can hold: 1.'),
      'Ids that begin or end with a space: 1. They are sent as they stand.',
    ]);
  });
});

describe('a file that cannot be read', () => {
  it.each(UNREADABLE_FILES)('says why, and what to do: $name', async ({ name, cause, remedy }) => {
    await expect(readWorkbook(path(name))).rejects.toMatchObject({
      code: 'WORKBOOK_UNREADABLE',
      message: expect.stringContaining(cause) as string,
      remedy: expect.stringContaining(remedy) as string,
    });
  });

  it('is under its own password, and shows nothing of what is in it', { timeout: 30_000 }, () => {
    const plain = Buffer.from('PK a workbook');
    const [one, other] = ['a', 'b'].map((password) => encryptedWorkbook(plain, password));
    expect(one?.equals(other ?? plain)).toBe(false);
    expect(one?.includes(plain)).toBe(false);
  });
});
