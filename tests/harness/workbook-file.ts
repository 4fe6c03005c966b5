import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as XLSX from 'xlsx';

export type Cell = string | number | boolean | null;

/** A directory of its own for one test file's workbooks and state files. */
export async function createScratch(): Promise<{ path(name: string): string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'meterpulse-replay-'));
  return {
    path: (name) => join(directory, name),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Writes sheets of cells as .xlsx. */
export async function writeXlsx(
  file: string,
  sheets: Readonly<Record<string, readonly (readonly Cell[])[]>>,
): Promise<void> {
  const book = XLSX.utils.book_new();
  for (const [name, cells] of Object.entries(sheets)) {
    XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(cells.map((line) => [...line])), name);
  }
  await writeFile(file, XLSX.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
}

/** Writes cells as .csv. */
export async function writeCsv(file: string, cells: readonly (readonly string[])[]): Promise<void> {
  const quoted = cells.map((line) => line.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','));
  await writeFile(file, `${quoted.join('\r\n')}\r\n`);
}

/** `rows` simple messages, dealt to charge points in turn, one a second; the value is the row's number. */
export function meterValueRows(rows: number, chargePoints: number): [string, string][] {
  return Array.from({ length: rows }, (_, index) => [
    `CP-${index % chargePoints}`,
    JSON.stringify({
      connectorId: 1,
      meterValue: [
        {
          timestamp: new Date(Date.parse('2026-03-10T06:00:00Z') + index * 1000).toISOString(),
          sampledValue: [{ value: String(index) }],
        },
      ],
    }),
  ]);
}

export const HEADER: [string, string] = ['charge_point_id', 'payload'];
