import {
  closeSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { journalLine, readJournalLine, type JournalRecord } from './journal-record.js';
import { JournalState } from './journal-state.js';

export interface JournalOptions {
  /** A directory for this journal alone; made when it is not there. */
  readonly directory: string;
  /** Called before lines are written: what they make final must be kept by then. */
  readonly beforeWrite?: () => void;
  /** The disk took no more: nothing that was added since is kept. Called once. */
  readonly onFailure: (cause: Error) => void;
}

const FILE = 'outbox.log';
/** A journal is written anew when it is larger than this, bytes, and most of it is settled. */
const COMPACT_FROM = 8 * 1024 * 1024;
const COMPACT_RATIO = 4;
const SYNC_EVERY_MS = 1_000;

/**
 * The outboxes of a fleet on disk: one file, lines appended. All that was added in one turn of the event loop is written by
 * one call at its end, and leaves for the server only then: a killed process has sent nothing that isn't kept. The disk
 * itself is waited for (fdatasync) once a second and at the end, so that a machine that loses its power loses a second at most.
 */
export class Journal {
  readonly state = new JournalState();
  /** Lines that could not be read, the torn last one left out. */
  damaged = 0;
  readonly #path: string;
  #file: number;
  #size = 0;
  /** After the last compaction. */
  #baseSize: number;
  #lines: string[] = [];
  #touched = new Set<() => void>();
  #scheduled = false;
  #failed = false;
  #dirty = false;
  readonly #syncing: NodeJS.Timeout;

  /** Reads what is there. Throws when the directory can't be used. */
  constructor(private readonly options: JournalOptions) {
    mkdirSync(options.directory, { recursive: true });
    this.#path = join(options.directory, FILE);
    this.#file = openSync(this.#path, 'a+');
    this.#size = this.#read();
    this.#baseSize = this.#size;
    this.#syncing = setInterval(() => this.#sync(), SYNC_EVERY_MS);
    this.#syncing.unref();
  }

  /** `onWritten` is called once the record is in the file. */
  append(record: JournalRecord, onWritten?: () => void): void {
    this.state.apply(record);
    this.#lines.push(journalLine(record));
    if (onWritten !== undefined) this.#touched.add(onWritten);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.flush());
  }

  /** Writes what was appended. */
  flush(): void {
    this.#scheduled = false;
    if (this.#lines.length === 0 || this.#failed) return;
    try {
      this.options.beforeWrite?.();
      const lines = this.#lines;
      this.#lines = [];
      this.#size += write(this.#file, lines.join(''));
      this.#dirty = true;
      if (this.#size > Math.max(COMPACT_FROM, this.#baseSize * COMPACT_RATIO)) this.compact();
    } catch (cause) {
      this.#failed = true;
      this.options.onFailure(cause instanceof Error ? cause : new Error(String(cause)));
      return;
    }
    const touched = this.#touched;
    this.#touched = new Set();
    for (const onWritten of touched) onWritten();
  }

  /** Writes the file anew with what still matters. A crash meanwhile leaves the old one. */
  compact(): void {
    const path = `${this.#path}.new`;
    const file = openSync(path, 'w');
    let size = 0;
    let lines: string[] = [];
    for (const record of this.state.records()) {
      lines.push(journalLine(record));
      if (lines.length < 1_000) continue;
      size += write(file, lines.join(''));
      lines = [];
    }
    size += write(file, lines.join(''));
    fsyncSync(file);
    closeSync(file);
    renameSync(path, this.#path);
    syncDirectory(this.options.directory);
    closeSync(this.#file);
    this.#file = openSync(this.#path, 'a');
    this.#size = size;
    this.#baseSize = size;
  }

  /** Writes what is left, and waits for the disk. */
  close(): void {
    this.flush();
    clearInterval(this.#syncing);
    if (!this.#failed) fsyncSync(this.#file);
    closeSync(this.#file);
    this.#failed = true;
  }

  /** The size of what can be used; a torn end is cut off, so that the next line begins a line. */
  #read(): number {
    const text = readFileSync(this.#path);
    const end = text.lastIndexOf(0x0a) + 1;
    for (const line of text.subarray(0, end).toString('utf8').split('\n')) {
      if (line === '') continue;
      const record = readJournalLine(line);
      if (record === null) this.damaged++;
      else this.state.apply(record);
    }
    if (end < text.length) ftruncateSync(this.#file, end);
    return end;
  }

  #sync(): void {
    if (!this.#dirty || this.#failed) return;
    this.#dirty = false;
    const file = this.#file;
    fdatasync(file, (cause) => {
      // A file that was replaced or closed meanwhile is on disk already.
      if (cause === null || this.#failed || this.#file !== file) return;
      this.#failed = true;
      this.options.onFailure(cause);
    });
  }
}

/** The answer is how many bytes that were. */
function write(file: number, text: string): number {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
  return bytes.length;
}

/** So that a rename outlasts a loss of power. Not every system has it. */
function syncDirectory(path: string): void {
  try {
    const directory = openSync(path, 'r');
    fsyncSync(directory);
    closeSync(directory);
  } catch {
    return;
  }
}
