import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Lines that are kept and offered. */
export const HISTORY_SIZE = 1_000;
/** A line beyond it is a payload that was pasted: it isn't kept. */
const LONGEST_LINE = 10_000;
/** Only its owner: what was typed may name cards. */
const MODE = 0o600;

/**
 * What was typed in earlier runs, one line each, the newest last. Several clients may append to one file. A history that can't
 * be read or written is done without.
 */
export class HistoryFile {
  #usable = true;

  constructor(private readonly path: string) {}

  /** The newest first, without repeats, as node:readline wants it. */
  load(): string[] {
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      const lines = this.#read();
      const newestFirst = [...new Set(lines.reverse())].slice(0, HISTORY_SIZE);
      if (lines.length > 2 * HISTORY_SIZE)
        writeFileSync(
          this.path,
          newestFirst
            .toReversed()
            .map((line) => `${line}\n`)
            .join(''),
          { mode: MODE },
        );
      return newestFirst;
    } catch {
      this.#usable = false;
      return [];
    }
  }

  add(line: string): void {
    if (!this.#usable || line.trim() === '' || line.length > LONGEST_LINE || line.includes('\n')) return;
    try {
      appendFileSync(this.path, `${line}\n`, { mode: MODE });
    } catch {
      this.#usable = false;
    }
  }

  #read(): string[] {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
      throw cause;
    }
    chmodSync(this.path, MODE);
    return text.split('\n').filter((line) => line.trim() !== '' && line.length <= LONGEST_LINE);
  }
}
