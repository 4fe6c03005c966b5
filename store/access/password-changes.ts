import type { Pool } from '../pool.js';
import { asOutage } from '../postgres-error.js';

/** A password that is good now. */
export interface KeptPassword {
  readonly id: string;
  readonly hash: Buffer;
  /** How much longer it is good, ms; null: until it is taken back. */
  readonly leftMs: number | null;
}

export interface PasswordChanges {
  /** What to ask after next time: what was committed before it has been told. */
  readonly mark: string;
  /** Charge points whose passwords may have changed; null: all of them may. */
  readonly changed: ReadonlySet<string> | null;
  /** What these have now. */
  readonly passwords: readonly KeptPassword[];
}

/** Of a charge point's password that ends, ms, or null. */
const LEFT_MS = `extract(epoch from p.expires_at - clock_timestamp())::float8 * 1000 as "leftMs"`;

/** From here on changes are told. Rejects with DATABASE_UNAVAILABLE. */
export async function markPasswords(pool: Pool): Promise<string> {
  try {
    const { rows } = await pool.query<{ mark: string }>(
      'select pg_snapshot_xmin(pg_current_snapshot())::text as mark',
    );
    return rows[0]?.mark ?? '0';
  } catch (error) {
    throw asOutage(error);
  }
}

/** Passwords in the order of charge points, `limit` rows at most, behind a row. Rejects with DATABASE_UNAVAILABLE. */
export async function readPasswordPage(
  pool: Pool,
  behind: { readonly id: string; readonly hash: Buffer },
  limit: number,
): Promise<readonly KeptPassword[]> {
  try {
    const { rows } = await pool.query<KeptPassword>(
      `select p.charge_point_id as id, p.hash, ${LEFT_MS} from charge_point_passwords p
       where (p.charge_point_id, p.hash) > ($1, $2) order by p.charge_point_id, p.hash limit $3`,
      [behind.id, behind.hash, limit],
    );
    return rows;
  } catch (error) {
    throw asOutage(error);
  }
}

/**
 * What has changed since a mark. Transactions that were under way at the mark are told again; none is left out, whenever it
 * is committed. Rejects with DATABASE_UNAVAILABLE.
 */
export async function readPasswordChanges(pool: Pool, mark: string): Promise<PasswordChanges> {
  try {
    const { rows } = await pool.query<{
      mark: string;
      id: string | null;
      hash: Buffer | null;
      leftMs: number | null;
    }>({
      name: 'password-changes',
      // A row that is restored from elsewhere may name a transaction that is yet to come here: it says nothing.
      text: `with now as materialized (select pg_current_snapshot() as snapshot)
        select pg_snapshot_xmin(now.snapshot)::text as mark, c.charge_point_id as id, p.hash, ${LEFT_MS}
        from now
        left join charge_point_password_changes c
          on c.changed_in >= $1::text::xid8 and c.changed_in < pg_snapshot_xmax(now.snapshot)
        left join charge_point_passwords p on p.charge_point_id = c.charge_point_id`,
      values: [mark],
    });
    const ids = new Set(rows.flatMap(({ id }) => (id === null ? [] : [id])));
    return {
      mark: rows[0]?.mark ?? mark,
      changed: ids.has('') ? null : ids,
      passwords: rows.flatMap(({ id, hash, leftMs }) =>
        id === null || hash === null ? [] : [{ id, hash, leftMs }],
      ),
    };
  } catch (error) {
    throw asOutage(error);
  }
}
