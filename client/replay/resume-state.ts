import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';

const stateSchema = z.object({
  version: z.literal(1),
  /** SHA-256 of the workbook file. */
  workbook: z.string(),
  rows: z.int().nonnegative(),
  /** One bit for each row that can be sent, in the sheet's order, least significant first; base64. */
  settled: z.base64(),
});

/**
 * Which rows of a workbook are settled (acknowledged or rejected), kept in a file so that an interrupted replay can go on.
 * The file is replaced as a whole, so a kill in the midst of a write leaves the one before.
 */
export class ResumeState {
  readonly #file: string;
  readonly #workbook: string;
  readonly #rows: number;
  readonly #bits: Uint8Array;
  #settledRows = 0;
  #dirty = true;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, workbook: string, rows: number, bits: Uint8Array) {
    this.#file = file;
    this.#workbook = workbook;
    this.#rows = rows;
    this.#bits = bits;
    for (let index = 0; index < rows; index++) if (this.isSettled(index)) this.#settledRows++;
  }

  /** Reads the file, or starts afresh when there is none. Throws RESUME_STATE_UNUSABLE when it belongs to another workbook. */
  static async open(file: string, workbook: string, rows: number): Promise<ResumeState> {
    const bytes = Math.ceil(rows / 8);
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
      throw unusable(`${file} could not be read.`, cause);
    });
    if (text === null) return new ResumeState(file, workbook, rows, new Uint8Array(bytes));
    const found = parse(text);
    if (found === null) throw unusable(`${file} is not a state file of a replay.`);
    if (found.workbook !== workbook || found.rows !== rows)
      throw unusable(`${file} belongs to another workbook, or the workbook has changed since.`);
    const bits = Buffer.from(found.settled, 'base64');
    if (bits.length !== bytes) throw unusable(`${file} is damaged.`);
    return new ResumeState(file, workbook, rows, new Uint8Array(bits));
  }

  get settledRows(): number {
    return this.#settledRows;
  }

  isSettled(index: number): boolean {
    return ((this.#bits[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
  }

  mark(index: number): void {
    if (this.isSettled(index)) return;
    const at = index >> 3;
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (index & 7));
    this.#settledRows++;
    this.#dirty = true;
  }

  /** Writes what has changed since the last save. Saves never overlap. */
  async save(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    if (!this.#dirty) return;
    this.#dirty = false;
    const state: z.infer<typeof stateSchema> = {
      version: 1,
      workbook: this.#workbook,
      rows: this.#rows,
      settled: Buffer.from(this.#bits).toString('base64'),
    };
    const draft = `${this.#file}.tmp`;
    try {
      await writeFile(draft, `${JSON.stringify(state)}\n`);
      await rename(draft, this.#file);
    } catch (cause) {
      throw unusable(`${this.#file} could not be written.`, cause);
    }
  }
}

function parse(text: string): z.infer<typeof stateSchema> | null {
  try {
    return stateSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function unusable(message: string, cause?: unknown): MeterpulseError {
  return new MeterpulseError('RESUME_STATE_UNUSABLE', message, { cause });
}
