import { describe, expect, it } from 'vitest';
import * as XLSX from 'xlsx';
import { TYPESCRIPT_THREADS } from '../tests/harness/typescript-threads.js';
import { ChargePointFileReader, type FileReaderOptions } from './charge-point-file-reader.js';
import { readChargePointFile, CSV_TYPE, XLSX_TYPE } from './read-charge-point-file.js';

const read = (type: string, bytes: Buffer, options: FileReaderOptions = {}) =>
  new ChargePointFileReader({ execArgv: TYPESCRIPT_THREADS, ...options }).read({ type, bytes });

const HEADER = ['id', 'label', 'site', 'status'];

function workbook(rows: number): Buffer {
  const lines = Array.from({ length: rows }, (_, row) => [`CP-${row}`, `Charger ${row}`, 'depot', 'active']);
  const book = XLSX.utils.book_new(XLSX.utils.aoa_to_sheet([HEADER, ...lines]));
  return XLSX.write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Buffer;
}

describe('a reader of uploaded files', { timeout: 60_000 }, () => {
  it('tells what reading the file in this thread tells', async () => {
    const files = [
      { type: XLSX_TYPE, bytes: workbook(3) },
      { type: XLSX_TYPE, bytes: Buffer.from('no workbook') },
      { type: CSV_TYPE, bytes: Buffer.from('id,site\nCP-1,depot\nCP-1,depot\n') },
      { type: CSV_TYPE, bytes: Buffer.alloc(0) },
    ];
    const answers = await Promise.all(files.map(({ type, bytes }) => read(type, bytes)));
    expect(answers).toEqual(files.map(readChargePointFile));
    expect(answers.map(({ kind }) => kind)).toEqual(['rows', 'unusable', 'errors', 'unusable']);
  });

  it('leaves this thread free meanwhile', async () => {
    let turns = 0;
    let isRead = false;
    const count = (): void => {
      turns += 1;
      if (!isRead) setImmediate(count);
    };
    setImmediate(count);
    await read(XLSX_TYPE, workbook(500));
    isRead = true;
    // Reading here would take them all in one.
    expect(turns).toBeGreaterThan(10);
  });

  it('gives up on what takes too long or too much memory', async () => {
    // 12 MB of text, and as much again in rows.
    const label = 'x'.repeat(100);
    const lines = Array.from({ length: 100_000 }, (_, row) => `CP-${row},${label}`);
    const bytes = Buffer.from(['id,label', ...lines].join('\n'));
    const why = async (options: FileReaderOptions): Promise<string | undefined> => {
      const rows = await read(CSV_TYPE, bytes, options);
      return rows.kind === 'unusable' ? rows.why : undefined;
    };
    expect(await why({ timeoutMs: 1 })).toContain('more than 0.001 s');
    expect(await why({ maxHeapMb: 12 })).toContain('too much memory');
    expect(await why({})).toBeUndefined();
  });

  it('fails when its thread ends without an answer', async () => {
    const gone = read(CSV_TYPE, Buffer.from('id\n'), {
      execArgv: ['--import', 'data:text/javascript,process.exit(3)'],
    });
    await expect(gone).rejects.toThrow('ended with 3');
  });
});
