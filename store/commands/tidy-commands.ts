import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';

const STEP_ROWS = 1_000;
/** Gateways write how commands end; those left open this long after their time have nobody to do so any more. */
const ABANDONED_AFTER_S = 60;

/** Commands whose gateway ended without a word, or that no gateway ever took. */
const END_ABANDONED = `
  update commands set ended_at = expires_at, state = case state when 'sent' then 'timed_out' else 'expired' end
  where id in (
    select id from commands
    where state in ('queued', 'sent') and expires_at < now() - make_interval(secs => ${ABANDONED_AFTER_S})
    order by requested_at, id limit ${STEP_ROWS} for update skip locked
  )`;

const DELETE_OLD = `
  delete from commands where id in (
    select id from commands where requested_at < now() - make_interval(days => $1) and state not in ('queued', 'sent')
    order by requested_at limit ${STEP_ROWS} for update skip locked
  )`;

/** Known charge points keep their last connection; an id that merely knocked once is forgotten. */
const FORGET_CONNECTIONS = `
  delete from connections where charge_point_id in (
    select charge_point_id from connections c
    where greatest(disconnected_at, last_message_at, connected_at) < now() - make_interval(days => $1)
      and not exists (select from charge_points where id = c.charge_point_id)
      and not exists (select from gateway_processes where id = c.gateway_id and c.disconnected_at is null)
    limit ${STEP_ROWS} for update skip locked
  )`;

/**
 * Ends commands that were abandoned, and deletes what is older than `retentionDays`, in small steps. Safe by several at
 * once. Rejects with DATABASE_UNAVAILABLE.
 */
export async function tidyCommands(pool: Pool, retentionDays: number): Promise<void> {
  await inSteps(pool, END_ABANDONED, []);
  await inSteps(pool, DELETE_OLD, [retentionDays]);
  await inSteps(pool, FORGET_CONNECTIONS, [retentionDays]);
}

async function inSteps(pool: Pool, sql: string, values: readonly unknown[]): Promise<void> {
  try {
    for (;;) {
      const { rowCount } = await pool.query(sql, [...values]);
      if ((rowCount ?? 0) < STEP_ROWS) return;
    }
  } catch (error) {
    throw asOutage(error);
  }
}
