import type { Pool } from '../pool.js';
import { timestampOf } from '../rollups/timestamp-of.js';
import { KEPT_SAMPLES } from './drop-readings.js';
import { raise, type Resolution } from './horizons.js';

/** Series whose aggregates are looked at by one statement. */
const SERIES_AT_ONCE = 2_000;

const TABLES = { '15m': 'rollup_15m', '1h': 'rollup_1h', '1d': 'rollup_1d' } as const;

/**
 * Removes aggregates of a resolution that are older. Of 15 minutes those stay by which the neighbours of a late reading are found.
 *
 * @returns rows that were removed.
 */
export async function dropAggregates(
  pool: Pool,
  resolution: Exclude<Resolution, 'raw'>,
  { beforeMs, horizonMs }: { readonly beforeMs: number; readonly horizonMs: number },
  signal: AbortSignal,
): Promise<number> {
  await raise(pool, resolution, beforeMs);
  const { rows } = await pool.query<{ last: number | null }>('select max(id) as last from series');
  const last = rows[0]?.last ?? 0;
  let removed = 0;
  for (let from = 1; from <= last && !signal.aborted; from += SERIES_AT_ONCE) {
    const { rowCount } = await pool.query(
      `delete from ${TABLES[resolution]} r using (
         select s.id, least($3::timestamptz, ${resolution === '15m' ? NEIGHBOURS : `'infinity'`}) as before
         from series s where s.id >= $1 and s.id < $2
       ) s
       where r.series_id = s.id and r.bucket < s.before`,
      resolution === '15m'
        ? [from, from + SERIES_AT_ONCE, timestampOf(beforeMs), timestampOf(horizonMs)]
        : [from, from + SERIES_AT_ONCE, timestampOf(beforeMs)],
    );
    removed += rowCount ?? 0;
  }
  return removed;
}

/** SQL: the bucket with the last of the samples before the horizon $4 that are needed; where there are fewer, all are. */
const NEIGHBOURS = `
  coalesce((
    select n.bucket from rollup_15m n
    where n.series_id = s.id and n.bucket < $4::timestamptz and coalesce(n.energy_samples, n.count) > 0
    order by n.bucket desc offset ${KEPT_SAMPLES} limit 1
  ), '-infinity')`;
