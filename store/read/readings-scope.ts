import type { Query } from './read-database.js';

export interface ReadingsFilter {
  readonly chargePointIds: readonly string[];
  readonly connectorId: number | undefined;
  readonly measurand: string | undefined;
  /** '' asks for values of no single phase. */
  readonly phase: string | undefined;
  readonly context: string | undefined;
}

/** The dictionary's side of a question about readings. */
export interface ReadingsScope {
  /** Ascending. */
  readonly seriesIds: readonly number[];
  readonly contextIds: readonly number[];
  /** Times of the oldest and the newest reading of all; null when there is none. */
  readonly first: Date | null;
  readonly last: Date | null;
}

const SQL = `
  select
    array(
      select id from series
      where charge_point_id = any($1::text[])
        and ($2::integer is null or connector_id = $2)
        and ($3::text is null or measurand = $3)
        and ($4::text is null or phase = $4)
      order by id
    ) as "seriesIds",
    array(select id::integer from contexts where $5::text is null or name = $5) as "contextIds",
    (select min(first_ts) from consumer_positions) as first,
    (select max(last_ts) from consumer_positions) as last`;

/** Resolves names to the small numbers that readings carry, and finds the time beyond which there are none. */
export async function readReadingsScope(query: Query, filter: ReadingsFilter): Promise<ReadingsScope> {
  const [scope] = await query<ReadingsScope>(SQL, [
    filter.chargePointIds,
    filter.connectorId ?? null,
    filter.measurand ?? null,
    filter.phase ?? null,
    filter.context ?? null,
  ]);
  if (scope === undefined) throw new Error('a select without from gives one row');
  return scope;
}
