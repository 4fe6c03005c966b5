import type { Query } from '../read/read-database.js';
import { timeParameter } from '../read/time-parameter.js';
import type { SeriesAt } from './aggregates-of.js';

export interface FeedPlace extends SeriesAt {
  readonly position: number;
  /** Of the change in its row. */
  readonly index: number;
  readonly committedAt: Date;
  /** true: another value of the key stood before, and this one took its place. */
  readonly isReplacement: boolean;
}

export interface FeedSearch {
  readonly readings: readonly SeriesAt[];
  /** Rows committed earlier can't tell of them, ms since 1970 UTC. */
  readonly fromMs: number;
  /** Rows of the feed that are looked into at most. */
  readonly maxRows: number;
}

export interface FoundInFeed {
  readonly places: readonly FeedPlace[];
  /** When the oldest row that is kept was committed; null: the feed is empty. */
  readonly oldestAt: Date | null;
}

const OLDEST = `select committed_at as "oldestAt" from feed order by position limit 1`;

/** Of a row the columns are made to rows only where its text has one of the times: that is quick. */
const columns = (part: string, shift: string): string => `
  select r.position, r.committed_at, ${shift} + c.at - 1 as index, c.series_id::integer, c.ts::bigint,
    ${part === 'replaced'} as replaced
  from rows_with r cross join lateral rows from (
    json_array_elements_text(r.payload -> '${part}' -> 'series'), json_array_elements_text(r.payload -> '${part}' -> 'ts')
  ) with ordinality as c (series_id, ts, at)
  where json_typeof(r.payload -> '${part}') = 'object'`;

const SQL = `
  with asked as (select * from unnest($1::integer[], $2::bigint[]) as a (series_id, ts)),
  candidates as (
    select position, committed_at, payload from feed
    where committed_at >= $3::timestamptz and kind = 'readings'
    order by position limit $4
  ), rows_with as materialized (
    select * from candidates
    where payload::text like any (array(select distinct '%' || ts || '%' from asked))
  ), changes as (
    ${columns('inserted', '0')}
    union all
    ${columns('replaced', `json_array_length(r.payload -> 'inserted' -> 'series')`)}
  )
  select a.series_id as "seriesId", a.ts as "timestampMs", c.position, c.index::integer, c.committed_at as "committedAt",
    c.replaced as "isReplacement"
  from asked a join changes c using (series_id, ts)
  order by c.position, c.index`;

/** Where the feed told of readings, in its order. It is a bounded log: what is older than its oldest row is gone from it. */
export async function readFeedPlacesOf(query: Query, search: FeedSearch): Promise<FoundInFeed> {
  const [oldest] = await query<{ oldestAt: Date }>(OLDEST);
  if (oldest === undefined || search.readings.length === 0) {
    return { places: [], oldestAt: oldest?.oldestAt ?? null };
  }
  const places = await query<FeedPlace>(SQL, [
    search.readings.map(({ seriesId }) => seriesId),
    search.readings.map(({ timestampMs }) => timestampMs),
    timeParameter(search.fromMs),
    search.maxRows,
  ]);
  return { places, oldestAt: oldest.oldestAt };
}
