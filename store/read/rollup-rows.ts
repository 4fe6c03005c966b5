import type { SeriesGroup } from './rollup-groups.js';
import { rollupRuns, runParameters, type Run } from './rollup-runs.js';

export interface RollupQuestion {
  readonly groups: readonly SeriesGroup[];
  readonly edges: readonly number[];
  /** Outside of it there are no rows. */
  readonly data: Run;
  readonly limit: number;
}

/** `$1` to `$9`: the series and their groups, the edges, and the runs of each level, the finest first. */
export function rollupParameters({ groups, edges, data }: Omit<RollupQuestion, 'limit'>): unknown[] {
  return [
    groups.flatMap(({ seriesIds }) => seriesIds),
    groups.flatMap(({ seriesIds }, group) => seriesIds.map(() => group)),
    edges.map((ms) => new Date(ms).toISOString()),
    ...runParameters(rollupRuns(edges, data)),
  ];
}

/**
 * Joins the rows that a table has of series `a` between two times, as a part of SQL. `offset 0` keeps it a query of its own, in
 * which both times are known and enter the index: joined to the rest, tables without statistics are read series by series and
 * filtered.
 */
export function rollupRows(table: string, columns: string, from: string, to: string): string {
  return `
  cross join lateral (
    select ${columns} from ${table} r
    where r.series_id = a.series_id and r.bucket >= ${from} and r.bucket < ${to}
    offset 0
  )`;
}
