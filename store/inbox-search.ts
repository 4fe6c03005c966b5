import type { Pool } from './pool.js';
import { asOutage } from './postgres-error.js';

export interface FoundInInbox {
  readonly position: number;
  readonly payload: Buffer | null;
  /** When it was committed, about: ms since 1970 UTC, by the clock of the database. */
  readonly receivedAtMs: number;
}

export interface InboxSearch {
  readonly partition: number;
  readonly key: string;
  /** Positions, half-open. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

/**
 * Records of one key among some positions, in their order. The caller bounds the positions.
 *
 * Plan: Index Scan on inbox_pkey.
 */
export async function searchInbox(pool: Pool, search: InboxSearch): Promise<FoundInInbox[]> {
  const { partition, key, from, to, limit } = search;
  try {
    const { rows } = await pool.query<FoundInInbox>(
      `select position, payload, (extract(epoch from received_at) * 1000)::float8 as "receivedAtMs"
       from inbox
       where partition = $1 and position >= $2 and position < $3 and charge_point_id = $4
       order by position limit $5`,
      [partition, from, to, key, limit],
    );
    return rows;
  } catch (error) {
    throw asOutage(error);
  }
}

/**
 * When the first record at a position or behind it was received, and where it lies; undefined: there is none.
 *
 * Plan: Index Scan on inbox_pkey, one row.
 */
export async function inboxRecordFrom(
  pool: Pool,
  partition: number,
  position: number,
): Promise<Pick<FoundInInbox, 'position' | 'receivedAtMs'> | undefined> {
  try {
    const { rows } = await pool.query<Pick<FoundInInbox, 'position' | 'receivedAtMs'>>(
      `select position, (extract(epoch from received_at) * 1000)::float8 as "receivedAtMs"
       from inbox where partition = $1 and position >= $2 order by position limit 1`,
      [partition, position],
    );
    return rows[0];
  } catch (error) {
    throw asOutage(error);
  }
}
