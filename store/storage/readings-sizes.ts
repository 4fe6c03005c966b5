import type { Pool } from '../pool.js';

/** Days of which anything is compacted. */
export async function compactedDays(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ days: number }>('select count(*) as days from compacted_days');
  return rows[0]?.days ?? 0;
}

/** Bytes on disk of tables with such a name, with their indexes. @param like a pattern of LIKE */
export async function readingsBytes(pool: Pool, like: string): Promise<number> {
  const { rows } = await pool.query<{ bytes: number }>(
    `select coalesce(sum(pg_total_relation_size(oid)), 0)::bigint as bytes from pg_class
     where relnamespace = current_schema()::regnamespace and relkind = 'r' and relname like $1`,
    [like],
  );
  return rows[0]?.bytes ?? 0;
}
