import {
  aggregatesCursor,
  type AggregateGrouping,
  type AggregatesQuery,
} from '../routes/query/aggregates-query.js';
import type { ExportQuery } from '../routes/query/export-query.js';
import { readAggregates, readSamplesRange, type BucketAggregate } from '../store/read/aggregates.js';
import type { ReadDatabase } from '../store/read/read-database.js';
import type { GroupColumn, GroupKey } from '../store/read/rollup-groups.js';
import type { AnswerCache } from './answer-cache.js';
import type { Answer } from './answer.js';
import { cachedPage, type CachedListRequest } from './cached-page.js';
import { groupedList } from './grouped-list.js';
import type { ListRequest } from './list.js';
import type { RowStream } from './row-stream.js';
import { sitesOf } from './sites-of.js';

/** Values of unlike measurands, phases or units are never put together. */
const LIKE = ['measurand', 'phase', 'unit'] as const;
const COLUMNS: Readonly<Record<AggregateGrouping, readonly GroupColumn[]>> = {
  series: ['chargePointId', 'evseId', 'connectorId', 'measurand', 'phase', 'location', 'unit'],
  connector: ['chargePointId', 'evseId', 'connectorId', ...LIKE],
  chargePoint: ['chargePointId', ...LIKE],
  site: ['site', ...LIKE],
  none: LIKE,
};
/** Beyond them it is only the order in which parts were added up. */
const DIGITS = 12;

export function aggregatesController(database: ReadDatabase, cache: AnswerCache) {
  const grouped = groupedList<AggregatesQuery, BucketAggregate>(database, {
    columnsOf: ({ groupBy }) => COLUMNS[groupBy],
    filterOf: (query) => ({
      chargePointIds: query.chargePointId,
      site: query.site,
      connectorId: query.connectorId,
      measurands: query.measurand === undefined ? undefined : [query.measurand],
      unit: undefined,
      phase: query.phase,
    }),
    rangeOf: readSamplesRange,
    read: (run, _, part) => readAggregates(run, part),
    presentFigures: presentAggregate,
    figures: ['count', 'min', 'max', 'avg', 'sum', 'first', 'last', 'conflicts'],
    afterOf: ({ cursor }) =>
      cursor && { key: cursor.slice(1, -1) as unknown as GroupKey, startMs: cursor.at(-1) as number },
    cursorOf: ({ groupBy }, { key, startMs }) => aggregatesCursor([groupBy, ...key, startMs]),
  });

  return {
    list: ({ principal, query, ifNoneMatch }: CachedListRequest<AggregatesQuery>): Promise<Answer> => {
      const sites = sitesOf(principal);
      return database.read((run) =>
        cachedPage(run, { cache, resource: 'aggregates', query, sites, ifNoneMatch }, () =>
          grouped.page(run, query, sites),
        ),
      );
    },

    stream: ({ principal, query }: ListRequest<ExportQuery<AggregatesQuery>>): RowStream =>
      grouped.stream(query, sitesOf(principal)),
  };
}

function presentAggregate({ count, min, max, sum, first, last, conflicts }: BucketAggregate) {
  return { count, min, max, avg: rounded(sum / count), sum: rounded(sum), first, last, conflicts };
}

function rounded(value: number): number {
  // Adding 0 makes -0 a 0.
  return Number(value.toPrecision(DIGITS)) + 0;
}
