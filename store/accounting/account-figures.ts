import type { Pool } from '../pool.js';

export interface AccountFigures {
  /** Readings that the last look at each day found missing. */
  readonly missing: number;
  /** Seconds since the day was looked at whose turn was longest ago; 0: there is none. */
  readonly oldestCheckSeconds: number;
  /** Seconds since any day was looked at; 0: there is none. */
  readonly newestCheckSeconds: number;
  /** Flushes that are in no book yet. */
  readonly entries: number;
}

/** What the keeper of the books found, in whatever process it runs. */
export async function readAccountFigures(pool: Pool): Promise<AccountFigures> {
  const { rows } = await pool.query<AccountFigures>(
    `select coalesce(sum(missing), 0)::bigint as missing,
       coalesce(extract(epoch from clock_timestamp() - min(checked_at)), 0)::float8 as "oldestCheckSeconds",
       coalesce(extract(epoch from clock_timestamp() - max(checked_at)), 0)::float8 as "newestCheckSeconds",
       (select count(*) from account_entries) as entries
     from account_checks`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate without groups gives one row');
  return row;
}
