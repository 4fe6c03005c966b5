import type { Pool } from './pool.js';
import { asOutage } from './postgres-error.js';

/**
 * Ends those of our sessions that have waited for the rest of a COPY for longer than `afterMs`, and tells how many: a process that
 * was frozen in the midst of one keeps its locks for ever otherwise, since neither statement_timeout nor
 * idle_in_transaction_session_timeout ends a session that waits for its client's rows. Meanwhile nobody can create or drop a
 * database on that server either. Rejects with DATABASE_UNAVAILABLE.
 */
export async function endSilentCopies(pool: Pool, afterMs: number): Promise<number> {
  try {
    const { rows } = await pool.query<{ ended: number }>(
      `select count(pg_terminate_backend(pid)) as ended
         from pg_stat_activity
        where datname = current_database() and usename = current_user
          and application_name like 'meterpulse-%'
          and state = 'active' and wait_event = 'ClientRead'
          and query_start < clock_timestamp() - make_interval(secs => $1::float8 / 1000)`,
      [afterMs],
    );
    return rows[0]?.ended ?? 0;
  } catch (error) {
    throw asOutage(error);
  }
}
