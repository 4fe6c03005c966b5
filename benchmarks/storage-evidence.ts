import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';

export const AGGREGATES = ['rollup_15m', 'rollup_1h', 'rollup_1d', 'transaction_slices'];
const POLL_MS = 500;
const QUIET_POLLS = 4;

/** Of a database after a run: shares from 0 to 1, and bytes. */
export interface StorageEvidence {
  readonly hot: { readonly latest: number; readonly rollups: number; readonly positions: number };
  readonly latestBytes: number;
  readonly rollupBytes: number;
  /** Of the pages of day partitions. */
  readonly allVisible: number;
  /** NaN before PostgreSQL 18. */
  readonly allFrozen: number;
}

/** Written since the server's beginning. */
export async function walBytes(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(`select pg_current_wal_lsn() - '0/0' as bytes`);
  return Number(rows[0]?.bytes);
}

/** Resolves once autovacuum, which looks every second, found nothing to do for a while. */
export async function untilVacuumed(client: pg.Client): Promise<void> {
  for (let [quiet, seen] = [0, '']; quiet < QUIET_POLLS;) {
    const { rows } = await client.query<{ state: string }>(
      `select (select sum(autovacuum_count) from pg_stat_user_tables) || ' '
         || (select count(*) from pg_stat_activity where backend_type = 'autovacuum worker' and query <> '') as state`,
    );
    const state = rows[0]?.state ?? '';
    quiet = state === seen && state.endsWith(' 0') ? quiet + 1 : 0;
    seen = state;
    await delay(POLL_MS);
  }
}

export async function readEvidence(client: pg.Client): Promise<StorageEvidence> {
  const hot = async (tables: readonly string[]): Promise<number> => {
    const { rows } = await client.query<{ share: number }>(
      `select coalesce(sum(n_tup_hot_upd)::float8 / nullif(sum(n_tup_upd), 0), 0) as share
       from pg_stat_user_tables where relname = any ($1)`,
      [tables],
    );
    return rows[0]?.share ?? NaN;
  };
  const bytes = async (tables: readonly string[]): Promise<number> => {
    const { rows } = await client.query<{ bytes: string }>(
      'select sum(pg_total_relation_size(name::regclass)) as bytes from unnest($1::text[]) as u (name)',
      [tables],
    );
    return Number(rows[0]?.bytes);
  };
  const { rows } = await client.query<{ visible: number; frozen: number | null }>(
    `select sum(relallvisible)::float8 / sum(pages) as visible, sum(frozen)::float8 / sum(pages) as frozen
     from (select relallvisible, (to_jsonb(c) ->> 'relallfrozen')::int as frozen,
         greatest(pg_relation_size(oid) / current_setting('block_size')::int, 0) as pages
       from pg_class c where relkind = 'r' and relname ~ '^readings_\\d{8}$') p`,
  );
  return {
    hot: {
      latest: await hot(['latest_readings']),
      rollups: await hot(AGGREGATES),
      positions: await hot(['consumer_positions']),
    },
    latestBytes: await bytes(['latest_readings']),
    rollupBytes: await bytes(AGGREGATES),
    allVisible: rows[0]?.visible ?? NaN,
    allFrozen: rows[0]?.frozen ?? NaN,
  };
}
