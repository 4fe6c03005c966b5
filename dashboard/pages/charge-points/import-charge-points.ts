import { request } from '../../api/api-client.js';

/** What became of the rows of a file. */
export interface ImportResult {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Of those that were deleted. */
  readonly restored: number;
}

const CSV = 'text/csv';
const WORKBOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** A file may be large, and a line slow. */
const TIMEOUT_MS = 180_000;

/** What the file dialog of the browser offers. */
export const IMPORT_ACCEPT = `.csv,.xlsx,${CSV},${WORKBOOK}`;

/** By the name: what browsers say of a file's type depends on what else is installed. null: neither. */
export function importType(name: string): string | null {
  if (/\.csv$/i.test(name)) return CSV;
  return /\.xlsx$/i.test(name) ? WORKBOOK : null;
}

export interface ImportOptions {
  readonly type: string;
  /** Only say what would become of the rows. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/** All rows of the file or none. Rejects as `request`. */
export async function importChargePoints(
  file: File,
  { type, dryRun, signal }: ImportOptions,
): Promise<ImportResult> {
  return request('v1/charge-points/import', {
    method: 'POST',
    query: { dryRun: String(dryRun) },
    body: file.slice(0, file.size, type),
    signal,
    timeoutMs: TIMEOUT_MS,
  });
}
