import { inTransaction } from '../in-transaction.js';
import type { Pool, PoolClient } from '../pool.js';
import { timestampOf } from '../rollups/timestamp-of.js';

/** What is kept for a time of its own. */
export const RESOLUTIONS = ['raw', '15m', '1h', '1d'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** Readings older than this are refused, and aggregates stay as they are; ms since 1970 UTC, whole days. -Infinity: nothing is. */
export async function readHorizon(database: Pick<Pool, 'query'>): Promise<number> {
  return horizonOf(await database.query<Row>(READ));
}

interface Row {
  readonly ms: number | null;
}

const READ = `
  select case when isfinite(before) then (extract(epoch from before) * 1000)::float8 end as ms
  from retention_horizons where resolution = 'raw'`;

/** SQL: a statement that reads it, and keeps it from being raised until the transaction ends. */
export const HOLD_HORIZON = `${READ} for share`;

/** Of what one of these statements gave. */
export const horizonOf = ({ rows }: { readonly rows: readonly Row[] }): number => rows[0]?.ms ?? -Infinity;

/**
 * Raises the horizon of raw readings, when all that was stored before it has found its way into the aggregates: nothing does from then on.
 *
 * @returns whether it stands there now; false: aggregates before it are still to be computed.
 */
export async function raiseHorizon(pool: Pool, beforeMs: number): Promise<boolean> {
  return inTransaction(
    pool,
    async (client) => {
      // Waits for flushes that hold it.
      await raise(client, 'raw', beforeMs);
      const { rows } = await client.query<{ marked: boolean }>(
        `select exists (
           select from rollup_marks m, unnest(m.from_ts) as f (ts) where f.ts < $1::timestamptz
         ) as marked`,
        [timestampOf(beforeMs)],
      );
      return rows[0]?.marked === false;
    },
    { keeps: (isSettled) => isSettled },
  );
}

export async function raise(
  database: Pick<PoolClient, 'query'>,
  resolution: Resolution,
  beforeMs: number,
): Promise<void> {
  await database.query(
    `update retention_horizons set before = $2::timestamptz where resolution = $1 and before < $2::timestamptz`,
    [resolution, timestampOf(beforeMs)],
  );
}
