import type { ExportQuery } from '../routes/query/export-query.js';
import { PLAN_AS_WRITTEN } from '../store/read/plan-as-written.js';
import type { Query, ReadDatabase } from '../store/read/read-database.js';
import {
  countSeries,
  readSeriesGroups,
  type GroupColumn,
  type SeriesFilter,
  type SeriesGroup,
} from '../store/read/rollup-groups.js';
import { rollupRuns, rowsOfRuns, type Run } from '../store/read/rollup-runs.js';
import { ok, refused, type Answer } from './answer.js';
import { intervalEdges, type Interval } from './calendar.js';
import { MAX_PAGE_ROWS, tooManyIntervals, tooManyRows } from './cost-guard.js';
import { rowStream } from './list.js';
import type { Problem } from './problem.js';
import type { RowStream } from './row-stream.js';
import {
  PACE_OF_CHARGE_POINTS,
  PACE_OF_SITES,
  walkGroups,
  type Cell,
  type GroupItem,
  type GroupPosition,
  type GroupWalk,
} from './walk-groups.js';

interface GroupedQuery {
  readonly from: number;
  readonly to: number;
  /** undefined: one item for the whole range. */
  readonly interval?: Interval | undefined;
  readonly timezone: string;
  readonly groupBy: string;
  readonly limit: number;
}

/** A list of figures of groups of series by interval: what is the same for energy and for aggregates. */
export interface GroupedList<Asked, Figures extends Cell> {
  columnsOf(query: Asked): readonly GroupColumn[];
  filterOf(query: Asked): Omit<SeriesFilter, 'sites'>;
  /** Where rows are, of any series; undefined: nowhere. On quarters of an hour. */
  rangeOf(run: Query): Promise<Run | undefined>;
  read(
    run: Query,
    query: Asked,
    part: { groups: readonly SeriesGroup[]; edges: readonly number[]; data: Run; limit: number },
  ): Promise<readonly Figures[]>;
  presentFigures(figures: Figures): Readonly<Record<string, unknown>>;
  /** Names of what {@link presentFigures} gives. */
  readonly figures: readonly string[];
  afterOf(query: Asked): GroupPosition | undefined;
  cursorOf(query: Asked, position: GroupPosition): string;
}

export function groupedList<Asked extends GroupedQuery, Figures extends Cell>(
  database: ReadDatabase,
  list: GroupedList<Asked, Figures>,
) {
  const present = (query: Asked, { key, startMs, endMs, figures }: GroupItem<Figures>) => ({
    start: new Date(startMs).toISOString(),
    end: new Date(endMs).toISOString(),
    ...Object.fromEntries(list.columnsOf(query).map((column, at) => [column, key[at]])),
    ...list.presentFigures(figures),
  });

  return {
    /** A page, or why it is refused; within a read. */
    page: async (run: Query, query: Asked, sites: readonly string[] | null): Promise<Answer> => {
      const { limit } = query;
      const planned = await plan(run, query, list, { sites, guarded: true, limit: limit + 1 });
      if ('problem' in planned) return refused(planned.problem);
      const items: GroupItem<Figures>[] = [];
      let rows = 0;
      let last: GroupPosition | undefined;
      for await (const step of walkGroups(planned.walk)) {
        items.push(...step.items);
        rows += step.rows;
        if (items.length > limit) last = items[limit - 1];
        else if (rows > planned.maxRows) last = step.reached;
        if (last !== undefined) break;
      }
      return ok({
        items: items.slice(0, limit).map((item) => present(query, item)),
        nextCursor: last === undefined ? null : list.cursorOf(query, last),
      });
    },

    /** All of it, however long. */
    stream: (query: ExportQuery<Asked>, sites: readonly string[] | null): RowStream => {
      const asked = query as unknown as Asked;
      const columns = ['start', 'end', ...list.columnsOf(asked), ...list.figures];
      return rowStream(database, columns, async function* (run) {
        const planned = await plan(run, asked, list, { sites, guarded: false, limit: query.limit });
        if ('problem' in planned) return;
        for await (const { items } of walkGroups(planned.walk)) {
          yield items.map((item) => present(asked, item));
        }
      });
    },
  };
}

type Planned<Figures extends Cell> =
  { readonly walk: GroupWalk<Figures>; readonly maxRows: number } | { readonly problem: Problem };

/** Judges what a question would cost, and lays out the way through its groups and intervals. */
async function plan<Asked extends GroupedQuery, Figures extends Cell>(
  run: Query,
  query: Asked,
  list: GroupedList<Asked, Figures>,
  { sites, guarded, limit }: { sites: readonly string[] | null; guarded: boolean; limit: number | undefined },
): Promise<Planned<Figures>> {
  const { from: fromMs, to: toMs, interval, timezone, groupBy } = query;
  await run(PLAN_AS_WRITTEN);
  const data = (await list.rangeOf(run)) ?? { fromMs, toMs: fromMs };
  const cut = { fromMs: Math.max(fromMs, data.fromMs), toMs: Math.min(toMs, data.toMs) };
  if (guarded && interval !== undefined && cut.fromMs < cut.toMs) {
    const refusal = tooManyIntervals(cut, interval);
    if (refusal !== undefined) return { problem: refusal };
  }
  const edges =
    interval === undefined ? [fromMs, toMs] : intervalEdges({ fromMs, toMs }, data, interval, timezone);
  const columns = list.columnsOf(query);
  const filter = { ...list.filterOf(query), sites };
  const isAbove = !columns.includes('chargePointId');
  if (guarded && isAbove) {
    const refusal = tooManyRows(await countSeries(run, filter), rowsOfRuns(rollupRuns(edges, data)), groupBy);
    if (refusal !== undefined) return { problem: refusal };
  }
  return {
    // What is added up whole was judged whole.
    maxRows: isAbove ? Infinity : MAX_PAGE_ROWS,
    walk: {
      edges,
      data,
      after: list.afterOf(query),
      pace: isAbove ? PACE_OF_SITES : PACE_OF_CHARGE_POINTS,
      limit,
      groups: (from, count) =>
        readSeriesGroups(run, { ...filter, columns, from, limit: count, within: isAbove ? undefined : cut }),
      read: (groups, slice, count) => list.read(run, query, { groups, edges: slice, data, limit: count }),
    },
  };
}
