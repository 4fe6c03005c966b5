import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { Place } from './row.js';
import type { RowOutcome } from './row-outcome.js';

const COLUMNS = ['row', 'sheet', 'chargePointId', 'outcome', 'code', 'reason'] as const;
/** Servers may say much. */
const LONGEST_REASON = 500;

/**
 * A file with one line for each row, in the order in which they ended: NDJSON, or CSV when its name ends so. Of a row that has
 * several lines, because a later run with the same resume state sent it again, the last one holds.
 */
export class RowLedger {
  readonly #file: string;
  readonly #stream: WriteStream;
  readonly #isCsv: boolean;
  #failure: Error | null = null;

  private constructor(file: string, stream: WriteStream, isCsv: boolean) {
    this.#file = file;
    this.#stream = stream;
    this.#isCsv = isCsv;
    stream.on('error', (error) => (this.#failure ??= error));
  }

  /**
   * Throws LEDGER_UNWRITABLE, so that it shows before anything is sent.
   *
   * @param continued lines are added to those that are there.
   */
  static async open(file: string, continued: boolean): Promise<RowLedger> {
    const isCsv = file.toLowerCase().endsWith('.csv');
    try {
      const begun = continued && ((await stat(file).catch(() => null))?.size ?? 0) > 0;
      const handle = await open(file, continued ? 'a' : 'w');
      const ledger = new RowLedger(file, createWriteStream('', { fd: handle }), isCsv);
      if (isCsv && !begun) ledger.#stream.write(`${COLUMNS.join(',')}\r\n`);
      return ledger;
    } catch (cause) {
      throw unwritable(file, cause);
    }
  }

  write(
    { rowNumber, sheet, chargePointId }: Place & { readonly chargePointId: string },
    outcome: RowOutcome,
  ): void {
    const { code, reason } = outcome.kind === 'accepted' ? { code: '', reason: '' } : outcome;
    const line = {
      row: rowNumber,
      sheet,
      chargePointId,
      outcome: outcome.kind,
      code,
      reason: reason.slice(0, LONGEST_REASON),
    };
    this.#stream.write(this.#isCsv ? csvLine(Object.values(line)) : `${JSON.stringify(line)}\n`);
  }

  /** Throws LEDGER_UNWRITABLE when not all of it was written. */
  async close(): Promise<void> {
    if (!this.#stream.closed) {
      this.#stream.end();
      await once(this.#stream, 'close').catch(() => undefined);
    }
    if (this.#failure !== null) throw unwritable(this.#file, this.#failure);
  }
}

function csvLine(values: readonly (string | number)[]): string {
  return `${values.map((value) => `"${String(value).replaceAll('"', '""')}"`).join(',')}\r\n`;
}

function unwritable(file: string, cause: unknown): MeterpulseError {
  return new MeterpulseError('LEDGER_UNWRITABLE', `${file} could not be written.`, { cause });
}
