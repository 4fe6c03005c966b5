import type { Pool } from './pool.js';
import { asOutage } from './postgres-error.js';

export interface InboxRange {
  readonly partition: number;
  /** Position of the oldest record. */
  readonly low: number;
  /** Position after the newest one. */
  readonly high: number;
}

export interface InboxRow {
  readonly position: number;
  readonly key: string | null;
  readonly payload: Buffer | null;
}

export interface InboxPage extends InboxRange {
  /** In the order of positions, without gaps. */
  readonly rows: readonly InboxRow[];
}

export interface InboxPageOptions {
  readonly partition: number;
  readonly from: number;
  readonly maxRows: number;
  /** A page ends with the row that reaches it. */
  readonly maxBytes: number;
}

export async function inboxRanges(pool: Pool, partitions: readonly number[]): Promise<InboxRange[]> {
  try {
    const { rows } = await pool.query<InboxRange>(
      `select partition, first_position as low, next_position as high
       from inbox_partitions where partition = any($1::integer[])`,
      [partitions],
    );
    return rows;
  } catch (error) {
    throw asOutage(error);
  }
}

/**
 * The records from a position on, and the partition's range in the same snapshot. undefined: no such partition.
 *
 * Plan: Index Scan on inbox_pkey, bounded by the limit; octet_length reads the size without the value.
 */
export async function readInbox(pool: Pool, options: InboxPageOptions): Promise<InboxPage | undefined> {
  try {
    const { rows } = await pool.query<{
      low: number;
      high: number;
      position: number | null;
      key: string | null;
      payload: Buffer | null;
    }>(
      `select held.first_position as low, held.next_position as high, page.position, page.key, page.payload
       from inbox_partitions held
       left join lateral (
         select position, charge_point_id as key, payload,
           sum(coalesce(octet_length(payload), 0)) over (order by position)
             - coalesce(octet_length(payload), 0) as bytes_before
         from (
           select position, charge_point_id, payload from inbox
           where partition = $1 and position >= $2
           order by position limit $3
         ) next
       ) page on page.bytes_before < $4
       where held.partition = $1
       order by page.position`,
      [options.partition, options.from, options.maxRows, options.maxBytes],
    );
    const [first] = rows;
    if (first === undefined) return undefined;
    const page = rows.flatMap(({ position, key, payload }) =>
      position === null ? [] : [{ position, key, payload }],
    );
    return { partition: options.partition, low: first.low, high: first.high, rows: page };
  } catch (error) {
    throw asOutage(error);
  }
}
