import type { LiveRow } from './live-row.js';

/** What a row and a change take, text included, bytes: measured, about. */
const ROW_BYTES = 400;
const CHANGE_BYTES = 1_000;
const COMPACT_AFTER = 1_024;

/** The newest rows of the feed, kept for who comes back: dense, within a bound of memory. */
export class RecentRows {
  private rows: LiveRow[] = [];
  /** Of the oldest that is kept; what is before it was forgotten. */
  private start = 0;
  private size = 0;

  /** @param maxBytes the newest row is kept even where it is larger alone. */
  constructor(private readonly maxBytes: number) {}

  get bytes(): number {
    return this.size;
  }

  /** A row whose position doesn't follow the last one's makes it begin anew. */
  push(row: LiveRow): void {
    if (this.rows.length > 0 && this.rows.at(-1)?.position !== row.position - 1) this.clear();
    this.rows.push(row);
    this.size += bytesOf(row);
    while (this.size > this.maxBytes && this.start < this.rows.length - 1) this.forgetOldest();
    if (this.start > COMPACT_AFTER && this.start > this.rows.length / 2) {
      this.rows = this.rows.slice(this.start);
      this.start = 0;
    }
  }

  clear(): void {
    this.rows = [];
    this.start = 0;
    this.size = 0;
  }

  /** The row at a position; undefined: not kept, or not there yet. */
  at(position: number): LiveRow | undefined {
    const oldest = this.rows[this.start];
    if (oldest === undefined || position < oldest.position) return undefined;
    return this.rows[this.start + position - oldest.position];
  }

  private forgetOldest(): void {
    const oldest = this.rows[this.start];
    if (oldest === undefined) return;
    this.size -= bytesOf(oldest);
    // Freed now, though the array is made shorter later.
    this.rows[this.start] = FORGOTTEN;
    this.start++;
  }
}

const FORGOTTEN: LiveRow = { position: 0, committedAtMs: 0, changes: [] };

function bytesOf({ changes }: LiveRow): number {
  return ROW_BYTES + CHANGE_BYTES * changes.length;
}
