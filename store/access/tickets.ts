import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';

/** Rows of tickets that nobody showed, taken away with each new one: more than come. */
const SWEPT = 10;

export interface NewTicket {
  /** SHA-256 of it. */
  readonly hash: Buffer;
  /** Whose it is; JSON. */
  readonly principal: object;
  /** How long it is good for, by the clock of the database, ms. */
  readonly lifetimeMs: number;
}

/** Returns when it ends to be good. Rejects with DATABASE_UNAVAILABLE. */
export async function insertTicket(
  pool: Pool,
  { hash, principal, lifetimeMs }: NewTicket,
): Promise<{ readonly expiresAt: Date }> {
  const sql = `
    with swept as (
      delete from tickets where hash in (
        select hash from tickets where expires_at <= clock_timestamp()
        order by expires_at limit ${SWEPT} for update skip locked
      )
    )
    insert into tickets (hash, principal, expires_at)
    values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
    returning expires_at as "expiresAt"`;
  try {
    const values = [hash, JSON.stringify(principal), lifetimeMs];
    const [row] = (await pool.query<{ readonly expiresAt: Date }>(sql, values)).rows;
    if (row === undefined) throw new Error('an inserted ticket was not returned');
    return row;
  } catch (error) {
    throw asOutage(error);
  }
}

/**
 * Whose ticket it is; null: there is none that is good. Nobody gets it again, in no process. Rejects with DATABASE_UNAVAILABLE.
 */
export async function takeTicket(pool: Pool, hash: Buffer): Promise<unknown> {
  const sql = `
    delete from tickets where hash = $1
    returning case when expires_at > clock_timestamp() then principal end as principal`;
  try {
    const [row] = (await pool.query<{ readonly principal: unknown }>(sql, [hash])).rows;
    return row?.principal ?? null;
  } catch (error) {
    throw asOutage(error);
  }
}
