/** Files that can't be read as a whole: what each is, and what has to be said of it. */
import * as XLSX from 'xlsx';
import { request } from './dirty-case.js';
import { encryptedWorkbook } from './encrypted-workbook.js';

export interface UnreadableFile {
  readonly name: string;
  readonly content: () => Buffer;
  /** Its bytes are the same on every machine. */
  readonly isText: boolean;
  /** Part of the message that names the cause. */
  readonly cause: string;
  /** Part of the remedy. */
  readonly remedy: string;
}

export const PASSWORD = 'meterpulse';
const payload = JSON.stringify(request([{ value: '5' }]));
const text = `charge_point_id\tpayload\r\nCP-1\t${payload}\r\n`;

export const UNREADABLE_FILES: readonly UnreadableFile[] = [
  {
    name: 'missing-column.xlsx',
    isText: false,
    content: () =>
      workbook([
        ['charge_point_id', 'body'],
        ['CP-1', payload],
      ]),
    cause: 'lacks the column payload: it has charge_point_id, body',
    remedy: 'with the columns charge_point_id and payload',
  },
  {
    name: 'missing-header.csv',
    isText: true,
    content: () => Buffer.from(`CP-1,"${payload.replaceAll('"', '""')}"\r\n`),
    cause: 'lacks the columns charge_point_id and payload: it has CP-1, {"connectorId":1',
    remedy: 'with the columns charge_point_id and payload',
  },
  {
    name: 'password.xlsx',
    isText: false,
    content: () =>
      encryptedWorkbook(
        workbook([
          ['charge_point_id', 'payload'],
          ['CP-1', payload],
        ]),
        PASSWORD,
      ),
    cause: 'is protected by a password',
    remedy: 'save a copy without the password',
  },
  {
    name: 'renamed-text.xlsx',
    isText: true,
    content: () => Buffer.from(text),
    cause: 'is not a workbook, although it is named .xlsx',
    remedy: 'Rename text with separated columns to .csv',
  },
  {
    name: 'renamed-workbook.csv',
    isText: false,
    content: () =>
      workbook([
        ['charge_point_id', 'payload'],
        ['CP-1', payload],
      ]),
    cause: 'is a workbook, although it is named .csv',
    remedy: 'Rename it',
  },
  {
    name: 'values.txt',
    isText: true,
    content: () => Buffer.from(text),
    cause: 'has neither .xlsx nor .csv as its ending',
    remedy: 'Name it after what it is',
  },
  {
    name: 'unclosed-quote.csv',
    isText: true,
    content: () => Buffer.from(`charge_point_id,payload\r\nCP-1,5\r\nCP-2,"5\r\nCP-3,5\r\n`),
    cause: 'the quote opened in row 3 is never closed',
    remedy: 'Close the quote',
  },
];

function workbook(lines: string[][]): Buffer {
  const sheet = XLSX.utils.aoa_to_sheet(lines);
  const book = XLSX.utils.book_new(sheet, 'meter values');
  book.Props = { CreatedDate: new Date('2025-11-30T12:00:00Z') };
  return XLSX.write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Buffer;
}
