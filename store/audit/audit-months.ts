import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';
import type { AuditOrigin } from './audit-entry.js';
import { audited, type Statements } from './audited.js';

/** Months after this one that have a partition. */
const MONTHS_AHEAD = 2;

/** Makes the partitions of the last, this and the coming months. Safe at any time, by several at once. Rejects with DATABASE_UNAVAILABLE. */
export async function ensureAuditMonths(pool: Pick<Pool, 'query'>): Promise<void> {
  try {
    for (let month = -1; month <= MONTHS_AHEAD; month++) {
      // Looked for first: the function takes a lock, and this asks every hour.
      await pool.query(
        `select make_audit_month(day) from
           (select (date_trunc('month', clock_timestamp() at time zone 'UTC') + make_interval(months => $1))::date as day) wanted
         where to_regclass('audit_' || to_char(day, 'YYYYMM')) is null`,
        [month],
      );
    }
  } catch (error) {
    throw asOutage(error);
  }
}

/**
 * Drops the months that ended `keepMonths` whole months ago or earlier, and says so in the audit. Gives the names of their
 * tables. Only whoever owns them may. Rejects with DATABASE_UNAVAILABLE.
 */
export async function dropAuditMonths(
  pool: Pool,
  keepMonths: number,
  origin: AuditOrigin,
): Promise<readonly string[]> {
  return audited(pool, origin, async (statements) => {
    await statements.query(`set local lock_timeout = '2s'`);
    const names = await oldMonths(statements, keepMonths);
    for (const name of names) await statements.query(`drop table ${name}`);
    if (names.length === 0) return { result: names, events: [] };
    const detail = { tables: names, keepMonths };
    return { result: names, events: [{ action: 'audit.drop', outcome: 'done', subject: null, detail }] };
  });
}

/** Names of six digits after `audit_`: nothing of them comes from outside. */
async function oldMonths(statements: Statements, keepMonths: number): Promise<string[]> {
  const { rows } = await statements.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'audit'::regclass and c.relname ~ '^audit_[0-9]{6}$'
       and to_date(substr(c.relname, 7), 'YYYYMM')
         < date_trunc('month', clock_timestamp() at time zone 'UTC') - make_interval(months => $1)
     order by 1`,
    [keepMonths],
  );
  return rows.map(({ name }) => name);
}
