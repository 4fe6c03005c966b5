import type { Logger } from 'pino';
import { MeterpulseError } from '../../../helpers/meterpulse-error.js';
import { inboxRanges, readInbox, type InboxPage } from '../../../store/inbox-read.js';
import type { Pool } from '../../../store/pool.js';
import { claimPartition } from '../claim-partition.js';
import { backoffMs, pause } from '../deadline.js';
import type { Consumption, LogBatch } from '../message-log.js';
import { outOfRange } from '../out-of-range.js';
import type { PartitionAssignment } from '../partition-assignment.js';
import { WakeUp } from './wake-up.js';

export interface PartitionReaderOptions {
  readonly pool: Pool;
  readonly assignment: PartitionAssignment;
  readonly consumption: Consumption;
  readonly logger: Logger;
  /** Called after each batch that the worker took. */
  delivered(records: number): void;
}

const MAX_ROWS = 2_000;
const MAX_BYTES = 1024 * 1024;
/** In case a waking got lost. */
const LOOK_AGAIN_MS = 5_000;

/** Reads one partition from its claim until its assignment is over: page, hand over, next page. */
export class PartitionReader {
  readonly assignment: PartitionAssignment;
  readonly #options: PartitionReaderOptions;
  readonly #wakeUp = new WakeUp();

  constructor(options: PartitionReaderOptions) {
    this.#options = options;
    this.assignment = options.assignment;
  }

  /** There may be something new, or the assignment is over. */
  wake(): void {
    this.#wakeUp.wake();
  }

  /** Rejects when the partition can't be read for good, or as the worker does. */
  async run(): Promise<void> {
    const { pool, consumption } = this.#options;
    const { assignment } = this;
    const claimed = await claimPartition({
      ...this.#options,
      logName: 'the inbox',
      range: async () => (await inboxRanges(pool, [assignment.partition]))[0],
    });
    while (claimed && this.#live()) {
      const batch = await this.#next();
      if (!this.#live()) return;
      if (batch === undefined) {
        await this.#wakeUp.sleep(LOOK_AGAIN_MS);
        continue;
      }
      assignment.expected = batch.lastOffset + 1;
      assignment.highWatermark = Math.max(assignment.highWatermark, batch.highWatermark);
      await assignment.hand(batch, consumption);
      this.#options.delivered(batch.records.length);
    }
  }

  #live(): boolean {
    return this.assignment.current;
  }

  /** The records after the last ones, or undefined when there are none yet. Waits out outages. */
  async #next(): Promise<LogBatch | undefined> {
    const { assignment } = this;
    const { partition, expected } = assignment;
    if (expected === null || expected >= assignment.highWatermark) return undefined;
    const page = await this.#read(expected);
    if (page === undefined) return undefined;
    if (expected < page.low || expected > page.high) throw outOfRange('the inbox', partition, expected, page);
    const [first] = page.rows;
    const last = page.rows.at(-1);
    if (first === undefined || last === undefined) return undefined;
    return {
      partition,
      records: page.rows.map(({ position, key, payload }) => ({ offset: position, key, value: payload })),
      firstOffset: first.position,
      lastOffset: last.position,
      highWatermark: page.high,
    };
  }

  async #read(from: number): Promise<InboxPage | undefined> {
    const { pool, consumption, logger } = this.#options;
    const { partition } = this.assignment;
    for (let failures = 0; this.assignment.current; failures++) {
      try {
        return await readInbox(pool, { partition, from, maxRows: MAX_ROWS, maxBytes: MAX_BYTES });
      } catch (error) {
        if (!(error instanceof MeterpulseError) || !error.canRetry) throw error;
        logger.debug({ err: error, partition }, 'reading the inbox failed, trying again');
        await pause(backoffMs(failures), consumption.signal);
      }
    }
    return undefined;
  }
}
