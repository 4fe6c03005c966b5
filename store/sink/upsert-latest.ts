import { float64s, int16s, int32s, int64s, times } from '../copy/binary-array.js';
import type { PoolClient } from '../pool.js';
import type { StagedRow } from './staged-row.js';

/**
 * Keeps the newest reading of each series. Ties in time are broken by context; contexts beyond OCPP's own by their name,
 * since their ids depend on arrival.
 *
 * @param rows that went in or now stand: the only ones that can be newer than what is known, or be it in another shape.
 * @param knownMs of a series: that something as new is stored already; -Infinity or undefined when that isn't known.
 */
export async function upsertLatest(
  client: PoolClient,
  rows: Iterable<StagedRow>,
  knownMs: (seriesId: number) => number | undefined,
): Promise<void> {
  const newest = newestOfEachSeries(rows).filter(
    ({ seriesId, timestampMs }) => timestampMs >= (knownMs(seriesId) ?? -Infinity),
  );
  if (newest.length === 0) return;
  await client.query(
    `insert into latest_readings as known
       (series_id, ts, context, value, transaction_id, quality, received_at)
     select distinct on (s.series_id)
       s.series_id, s.ts, s.context, s.value, s.transaction_id, s.quality, s.received_at
     from unnest($1::integer[], $2::timestamptz[], $3::smallint[], $4::float8[], $5::bigint[], $6::smallint[],
         $7::timestamptz[])
       as s (series_id, ts, context, value, transaction_id, quality, received_at)
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
    [
      int32s(newest.map(({ seriesId }) => seriesId)),
      times(newest.map(({ timestampMs }) => timestampMs)),
      int16s(newest.map(({ contextId }) => contextId)),
      float64s(newest.map(({ value }) => value)),
      int64s(newest.map(({ transactionId }) => transactionId)),
      int16s(newest.map(({ quality }) => quality)),
      times(newest.map(({ receivedAtMs }) => receivedAtMs)),
    ],
  );
}

/** The rows with the greatest ts of each series, one for each context at that instant. */
function newestOfEachSeries(rows: Iterable<StagedRow>): StagedRow[] {
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
