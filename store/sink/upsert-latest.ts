import type { PoolClient } from '../pool.js';
import { ROW_COLUMNS, rowParameters, ROWS } from './row-parameters.js';
import type { StagedRow } from './staged-row.js';

/**
 * Keeps the newest reading of each series. Ties in time are broken by context; contexts beyond OCPP's own by their name,
 * since their ids depend on arrival.
 *
 * @param rows the newest of each series, one for each context at that instant, of those that went in or now stand: the only ones
 *   that can be newer than what is known, or be it in another shape.
 * @param knownMs of a series: that something as new is stored already; -Infinity or undefined when that isn't known.
 */
export async function upsertLatest(
  client: PoolClient,
  rows: readonly StagedRow[],
  knownMs: (seriesId: number) => number | undefined,
): Promise<void> {
  const newest = rows.filter(({ seriesId, timestampMs }) => timestampMs >= (knownMs(seriesId) ?? -Infinity));
  if (newest.length === 0) return;
  await client.query(
    `insert into latest_readings as known (${ROW_COLUMNS})
     select distinct on (s.series_id)
       s.series_id, s.ts, s.context, s.value, s.transaction_id, s.quality, s.received_at
     from ${ROWS} as s (${ROW_COLUMNS})
       left join contexts c on c.id = s.context and s.context >= 100
     order by s.series_id, least(s.context, 100) desc, c.name collate "C" desc
     on conflict (series_id) do update set
       ts = excluded.ts, context = excluded.context, value = excluded.value,
       transaction_id = excluded.transaction_id, quality = excluded.quality, received_at = excluded.received_at
     where known.ts < excluded.ts
       or known.ts = excluded.ts and (
         known.context = excluded.context
         or least(known.context, 100) < least(excluded.context, 100)
         or known.context >= 100 and excluded.context >= 100
           and (select name from contexts where id = known.context) collate "C"
             < (select name from contexts where id = excluded.context) collate "C")`,
    rowParameters(newest),
  );
}

/** The rows with the greatest ts of each series, one for each context at that instant. */
export function newestOfEachSeries(rows: Iterable<StagedRow>): StagedRow[] {
  const newest = new Map<number, StagedRow>();
  const ties: StagedRow[] = [];
  for (const row of rows) {
    const best = newest.get(row.seriesId);
    if (best === undefined || row.timestampMs > best.timestampMs) newest.set(row.seriesId, row);
    else if (row.timestampMs === best.timestampMs) ties.push(row);
  }
  const stillTied = ties.filter((row) => newest.get(row.seriesId)?.timestampMs === row.timestampMs);
  return [...newest.values(), ...stillTied];
}
