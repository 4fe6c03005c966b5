import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';

/** What one subject has had of its minute, over all processes. */
export interface CountedRequests {
  /** As it was given. */
  readonly subject: Buffer;
  /** In the minute that runs, what was just added included. */
  readonly current: number;
  /** In the minute before. */
  readonly previous: number;
  /** Of the minute that runs, ms. */
  readonly elapsedMs: number;
}

/** Minutes that are kept: the one that runs, the one before, and one for clocks that are looked at late. */
const KEPT_MINUTES = 3;

/**
 * Adds to the counts of the minute that runs and tells what they are then: one statement for all subjects. In the order of
 * the subjects, so that processes which count the same ones wait for each other and never crosswise. Rejects with
 * DATABASE_UNAVAILABLE.
 *
 * @param counts by subject, of 16 bytes.
 */
export async function countRequests(
  pool: Pool,
  counts: readonly { readonly subject: Buffer; readonly requests: number }[],
): Promise<readonly CountedRequests[]> {
  try {
    const { rows } = await pool.query<CountedRequests>(
      `with clock as (select extract(epoch from clock_timestamp())::float8 as seconds),
       counted as (
         insert into request_counts as c (subject, minute, requests)
         select subject, floor(seconds / 60), requests
         from unnest($1::bytea[], $2::bigint[]) as given (subject, requests), clock
         order by subject
         on conflict (subject, minute) do update set requests = c.requests + excluded.requests
         returning subject, minute, requests
       )
       select counted.subject, counted.requests::float8 as current, coalesce(before.requests, 0)::float8 as previous,
         (seconds - counted.minute * 60) * 1000 as "elapsedMs"
       from counted cross join clock
       left join request_counts before on before.subject = counted.subject and before.minute = counted.minute - 1`,
      [counts.map(({ subject }) => subject), counts.map(({ requests }) => requests)],
    );
    return rows;
  } catch (error) {
    throw asOutage(error);
  }
}

/** Forgets minutes that no limit looks at any more. Rejects with DATABASE_UNAVAILABLE. */
export async function forgetRequests(pool: Pool): Promise<void> {
  try {
    await pool.query(
      `delete from request_counts where minute <= floor(extract(epoch from clock_timestamp()) / 60) - ${KEPT_MINUTES}`,
    );
  } catch (error) {
    throw asOutage(error);
  }
}
