import type { PoolClient } from '../pool.js';
import type { StagedRow } from './staged-row.js';

/**
 * Keeps the newest reading of each series. `ords` are the rows of the batch that went in or now stand: the only ones that
 * can be newer than what is known, or be it in another shape. Ties in time are broken by context; contexts beyond OCPP's
 * own by their name, since their ids depend on arrival.
 */
export async function upsertLatest(
  client: PoolClient,
  rows: readonly StagedRow[],
  ords: Iterable<number>,
): Promise<void> {
  const newest = newestOfEachSeries(rows, ords);
  if (newest.length === 0) return;
  await client.query(
    `insert into latest_readings as known
       (series_id, ts, context, value, transaction_id, quality, received_at)
     select distinct on (s.series_id)
       s.series_id, s.ts, s.context, s.value, s.transaction_id, s.quality, s.received_at
     from staged_readings s left join contexts c on c.id = s.context and s.context >= 100
     where s.ord = any ($1::integer[])
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
    [newest],
  );
}

/** The rows with the greatest ts of each series, one for each context at that instant. */
function newestOfEachSeries(rows: readonly StagedRow[], ords: Iterable<number>): number[] {
  const newest = new Map<number, number>();
  const ties: number[] = [];
  for (const ord of ords) {
    const row = rows[ord];
    if (row === undefined) continue;
    const best = newest.get(row.seriesId);
    const bestMs = best === undefined ? -Infinity : (rows[best]?.timestampMs ?? -Infinity);
    if (row.timestampMs > bestMs) newest.set(row.seriesId, ord);
    else if (row.timestampMs === bestMs) ties.push(ord);
  }
  const stillTied = ties.filter((ord) => {
    const row = rows[ord];
    const best = row === undefined ? undefined : newest.get(row.seriesId);
    return best !== undefined && rows[best]?.timestampMs === row?.timestampMs;
  });
  return [...newest.values(), ...stillTied];
}
