import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';

/** Rows of sessions that are too old by now, taken away with each new one: more than come. */
const SWEPT = 10;

export interface SigningSession {
  readonly keyId: string;
  readonly session: string;
  /** When its time is refused anyway, ms since 1970. */
  readonly expiresAtMs: number;
}

/** Whether nobody had it before, in any process. Rejects with DATABASE_UNAVAILABLE. */
export async function claimSigningSession(
  pool: Pool,
  { keyId, session, expiresAtMs }: SigningSession,
): Promise<boolean> {
  const sql = `
    with swept as (
      delete from signing_sessions where (key_id, session) in (
        select key_id, session from signing_sessions where expires_at <= clock_timestamp()
        order by expires_at limit ${SWEPT} for update skip locked
      )
    )
    insert into signing_sessions (key_id, session, expires_at) values ($1, $2, to_timestamp($3 / 1000.0))
    on conflict do nothing`;
  try {
    return (await pool.query(sql, [keyId, session, expiresAtMs])).rowCount === 1;
  } catch (error) {
    throw asOutage(error);
  }
}
