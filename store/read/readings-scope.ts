import type { Query } from './read-database.js';

export interface ReadingsFilter {
  readonly chargePointIds: readonly string[];
  readonly connectorId: number | undefined;
  readonly measurand: string | undefined;
  /** '' asks for values of no single phase. */
  readonly phase: string | undefined;
  readonly context: string | undefined;
  /** Only charge points of these sites; null: of all. */
  readonly sites: readonly string[] | null;
}

/** The dictionary's side of a question about readings. */
export interface ReadingsScope {
  /** Ascending. */
  readonly seriesIds: readonly number[];
  readonly contextIds: readonly number[];
  /** Time of the oldest reading ever counted, of any series; null when there is none. */
  readonly first: Date | null;
  /** Time of the newest reading of these series; null when there is none. */
  readonly last: Date | null;
}

const SQL = `
  with asked as materialized (
    select id from series
    where charge_point_id = any($1::text[])
      and ($2::integer is null or connector_id = $2)
      and ($3::text is null or measurand = $3)
      and ($4::text is null or phase = $4)
      and ($6::text[] is null
        or exists (select from charge_points c where c.id = series.charge_point_id and c.site = any($6)))
  )
  select
    array(select id from asked order by id) as "seriesIds",
    array(select id::integer from contexts where $5::text is null or name = $5) as "contextIds",
    (select min(first_ts) from consumer_positions) as first,
    (select max(l.ts) from asked join latest_readings l on l.series_id = asked.id) as last`;

/** Resolves names to the small numbers that readings carry, and finds the time beyond which there are none. */
export async function readReadingsScope(query: Query, filter: ReadingsFilter): Promise<ReadingsScope> {
  const [scope] = await query<ReadingsScope>(SQL, [
    filter.chargePointIds,
    filter.connectorId ?? null,
    filter.measurand ?? null,
    filter.phase ?? null,
    filter.context ?? null,
    filter.sites,
  ]);
  if (scope === undefined) throw new Error('a select without from gives one row');
  return scope;
}
