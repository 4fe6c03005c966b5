import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { UploadedFile } from '../routes/route.js';
import type { ChargePointRows } from './charge-point-rows.js';

export interface FileReaderOptions {
  /** Node's own options for the thread. Default: those of this process. */
  readonly execArgv?: readonly string[] | undefined;
  /** Default 60,000. */
  readonly timeoutMs?: number;
  /** Of the thread's heap, MiB. Default 1,024: a workbook of as many rows as are taken needs about 400. */
  readonly maxHeapMb?: number;
}

const TIMEOUT_MS = 60_000;
const MAX_HEAP_MB = 1_024;
const THREAD = new URL(`charge-point-file-thread${extname(import.meta.url)}`, import.meta.url);

/**
 * Reads uploaded files in a thread of their own: a workbook of 50,000 rows takes seconds, in which nobody else would be answered.
 * What a file costs is bounded: one that takes too long or too much memory is unusable.
 */
export class ChargePointFileReader {
  constructor(private readonly options: FileReaderOptions = {}) {}

  /** Rejects only with what is a bug. */
  read(file: UploadedFile): Promise<ChargePointRows> {
    const { execArgv, timeoutMs = TIMEOUT_MS, maxHeapMb = MAX_HEAP_MB } = this.options;
    const thread = new Worker(THREAD, {
      workerData: file,
      ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    return new Promise((resolve, reject) => {
      const unusable = (why: string): void =>
        resolve({ kind: 'unusable', why: `${why} Split it, or save it as CSV.` });
      const timer = setTimeout(() => {
        unusable(`It takes more than ${timeoutMs / 1_000} s to read.`);
        void thread.terminate();
      }, timeoutMs);
      thread.once('message', (rows: ChargePointRows) => resolve(rows));
      thread.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') unusable('It takes too much memory to read.');
        else reject(error);
      });
      thread.once('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`the thread that read an uploaded file ended with ${code} and without an answer`));
      });
    });
  }
}
