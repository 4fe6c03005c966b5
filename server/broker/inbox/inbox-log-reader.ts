import { countInboxPartitions, inboxIdentity } from '../../../store/inbox-setup.js';
import { inboxRecordFrom, searchInbox } from '../../../store/inbox-search.js';
import { inboxRanges } from '../../../store/inbox-read.js';
import type { Pool } from '../../../store/pool.js';
import type { LogReader, LogWindow, OffsetRange, ReadOptions, WindowRead } from '../log-reader.js';
import { WindowQueue } from '../window-queue.js';
import { asLogError } from './as-log-error.js';
import { partitionOfKey } from './partition-of-key.js';

/** Positions looked at by one statement. */
const STEP = 20_000;
/** Records in one answer: each has up to 4 MiB. */
const MAX_RECORDS = 20;

/** Reads parts of the PostgreSQL inbox. */
export class InboxLogReader implements LogReader {
  /** `pool` stays the caller's to end. */
  constructor(private readonly pool: Pool) {}

  async partitionOf(key: string): Promise<number> {
    return partitionOfKey(key, await asLogError(countInboxPartitions(this.pool)));
  }

  async ranges(): Promise<ReadonlyMap<number, OffsetRange>> {
    const count = await asLogError(countInboxPartitions(this.pool));
    const rows = await asLogError(inboxRanges(this.pool, [...Array(count).keys()]));
    return new Map(rows.map(({ partition, low, high }) => [partition, { low, high }]));
  }

  /**
   * Halves the range until it is found: there is no index by time. Times rise with positions save for what was committed side
   * by side, so a search begins a little earlier than it must.
   */
  async offsetAt(partition: number, ms: number): Promise<number> {
    const [range] = await asLogError(inboxRanges(this.pool, [partition]));
    if (range === undefined) return 0;
    let { low, high } = range;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const record = await asLogError(inboxRecordFrom(this.pool, partition, middle));
      if (record === undefined || record.receivedAtMs >= ms) high = middle;
      else low = record.position + 1;
    }
    return low;
  }

  async read(windows: readonly LogWindow[], options: ReadOptions): Promise<WindowRead[]> {
    const results: WindowRead[] = [];
    let records = 0;
    for (const partition of new Set(windows.map((window) => window.partition))) {
      const queue = new WindowQueue(windows.filter((window) => window.partition === partition));
      for (let { current } = queue; current !== undefined && !options.signal.aborted; { current } = queue) {
        const from = queue.position;
        const next = await this.step(partition, from, Math.min(from + STEP, current.to), options);
        records += next - from;
        options.onProgress(records);
        const last = await asLogError(inboxRecordFrom(this.pool, partition, next - 1));
        // Where retention has removed it the first one left lies behind.
        const isThere = last !== undefined && last.position < next;
        queue.advance(next, isThere ? Math.floor(last.receivedAtMs) : undefined);
      }
      results.push(...queue.result());
    }
    return results;
  }

  identity(): Promise<string> {
    return asLogError(inboxIdentity(this.pool));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Position up to which it looked. */
  private async step(
    partition: number,
    from: number,
    to: number,
    { key, onRecord }: ReadOptions,
  ): Promise<number> {
    const found = await asLogError(searchInbox(this.pool, { partition, key, from, to, limit: MAX_RECORDS }));
    for (const { position, payload, receivedAtMs } of found) {
      onRecord({ partition, offset: position, loggedAtMs: Math.floor(receivedAtMs), value: payload });
    }
    const last = found.at(-1);
    return found.length < MAX_RECORDS || last === undefined ? to : last.position + 1;
  }
}
