import { pipeline } from 'node:stream/promises';
import { TLSSocket } from 'node:tls';
import type { RowStream } from '../../controllers/row-stream.js';
import type { ApiResponse } from './api-response.js';
import { csvEncoder } from './encode-csv.js';
import { MEDIA_TYPES, type Format } from './negotiate-format.js';

export interface ExportLimits {
  /** Exports under way at most: each keeps a connection to the database. */
  readonly maxExports: number;
  /** A longer one is broken off, ms: each keeps a snapshot, behind which PostgreSQL can't clean up. */
  readonly timeoutMs: number;
  /** A client that takes nothing for this long is cut off, ms. */
  readonly stallMs: number;
}

export type ExportFormat = Exclude<Format, 'json'>;

export interface RowsToStream {
  readonly rows: RowStream;
  readonly format: ExportFormat;
  /** Of the file that a browser saves it as, without its ending. */
  readonly name: string;
  readonly limits: ExportLimits;
  /** Told the number of rows of each page that was written. */
  readonly onRows: (count: number) => void;
}

type Page = readonly Readonly<Record<string, unknown>>[];

/**
 * Writes rows as the client takes them, page by page. Neither format has a mark of its end, so an export that can't be
 * finished ends in a reset of the connection: a part never looks like the whole.
 *
 * Rejects with what went wrong: before the first byte it can still be answered. Resolves when all is written, or the
 * client has left, or was cut off.
 */
export async function streamRows(export_: RowsToStream, response: ApiResponse): Promise<void> {
  const { rows, format, name, limits } = export_;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const pages = rows.pages(gone.signal)[Symbol.asyncIterator]();
  const cutOff = setTimeout(() => breakOff(response), limits.timeoutMs);
  try {
    const first = await pages.next();
    if (response.destroyed) return;
    response.status(200).set(exportHeaders(name, format));
    await pipeline(linesOf(first, pages, export_, response), response);
  } catch (error) {
    // When the client is gone, whatever fails then is of no interest.
    if (!gone.signal.aborted || response.locals.brokenOff === 'failure') throw error;
  } finally {
    clearTimeout(cutOff);
    await pages.return?.();
  }
}

export function exportHeaders(name: string, format: ExportFormat): Record<string, string> {
  return {
    'Content-Type': MEDIA_TYPES[format],
    'Content-Disposition': `attachment; filename="${name}.${format}"`,
    'Cache-Control': 'no-cache',
  };
}

/** Text of each page. Asked for the next one when the client has taken the one before. */
async function* linesOf(
  first: IteratorResult<Page, unknown>,
  pages: AsyncIterator<Page>,
  { rows, format, limits, onRows }: RowsToStream,
  response: ApiResponse,
): AsyncGenerator<string> {
  const csv = csvEncoder(rows.columns);
  const lineOf = format === 'csv' ? csv.row : (row: Page[number]) => `${JSON.stringify(row)}\n`;
  try {
    if (format === 'csv') yield csv.header;
    for (let result = first; result.done !== true; result = await pages.next()) {
      onRows(result.value.length);
      const stalled = setTimeout(() => breakOff(response), limits.stallMs);
      try {
        yield result.value.map(lineOf).join('');
      } finally {
        clearTimeout(stalled);
      }
    }
  } catch (error) {
    if (!response.destroyed) breakOff(response, 'failure');
    throw error;
  }
}

/** By a reset: over HTTP/1.0, which many proxies speak, an orderly close is how a whole answer ends. */
function breakOff(response: ApiResponse, why: 'failure' | 'limit' = 'limit'): void {
  response.locals.brokenOff ??= why;
  const { socket } = response;
  // What lies under TLS Node can't reset. There an end without TLS's own (close_notify) says that something is missing.
  if (socket instanceof TLSSocket) socket.destroy();
  // Resetting waits for what is still to be written; destroying right after does not.
  else socket?.resetAndDestroy();
  response.destroy();
}
