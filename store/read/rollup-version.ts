import { SHARDS, slotScope } from '../rollups/shards.js';
import type { Query } from './read-database.js';
import { timeParameter } from './time-parameter.js';

export interface RollupScope {
  /** undefined: all. */
  readonly chargePointIds: readonly string[] | undefined;
  /** Half-open, ms. */
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Expected plan: for the slot of each charge point, or for each shard, one range of the primary key (scope, day), and the row of
 * the registry. That of a scope is a query of its own, so that both bounds of the days enter the index.
 */
const SQL = `
  with asked as materialized (
    select distinct scope from (
      select ${slotScope('id')} as scope from unnest($1::text[]) as u (id)
      union all
      select shard::smallint from generate_series(0, ${SHARDS - 1}) as all_of_them (shard) where $1::text[] is null
    ) s
  )
  select (
    (select coalesce(sum(days.version), 0) from asked cross join lateral (
      select sum(v.version) as version from rollup_versions v
      where v.scope = asked.scope and v.day >= $2::date and v.day <= $3::date
    ) days)
    + coalesce((select version from rollup_versions where scope = -1 and day = '1970-01-01'), 0)
  )::bigint as version`;

/**
 * A number that is another one after each change of the aggregates of these charge points and days, or of the registry: whoever
 * changes a bucket raises the versions of its shard and slot, of its day, in the same transaction.
 */
export async function readRollupVersion(query: Query, scope: RollupScope): Promise<number> {
  const { text, values } = rollupVersionStatement(scope);
  const [row] = await query<{ version: number }>(text, values);
  if (row === undefined) throw new Error('a select without from gives one row');
  return row.version;
}

/** The statement itself, so that its plan can be looked at. */
export function rollupVersionStatement({ chargePointIds, fromMs, toMs }: RollupScope): {
  text: string;
  values: unknown[];
} {
  return {
    text: SQL,
    values: [
      chargePointIds ?? null,
      timeParameter(fromMs)?.slice(0, 10),
      timeParameter(toMs - 1)?.slice(0, 10),
    ],
  };
}
