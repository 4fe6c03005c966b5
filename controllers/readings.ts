import { presentReading, READING_KEY } from '../protocol/live/present-reading.js';
import type { ExportQuery } from '../routes/query/export-query.js';
import { readingsCursor, type ReadingsQuery } from '../routes/query/readings-query.js';
import type { Principal } from '../server/access/access.js';
import type { Query, ReadDatabase } from '../store/read/read-database.js';
import { readReadingsScope } from '../store/read/readings-scope.js';
import { readReadings, type ReadingPosition } from '../store/read/readings.js';
import type { StoredReading } from '../store/read/stored-reading.js';
import { page, refused, type Answer } from './answer.js';
import { keysetPages } from './keyset-pages.js';
import { EXPORT_PAGE_ROWS, presented, rowStream } from './list.js';
import { invalidParameters } from './problem.js';
import { MAX_WINDOW_DAYS, readingsWindow, readingsWindowParts } from './readings-window.js';
import type { RowStream } from './row-stream.js';
import { sitesOf } from './sites-of.js';

/** In CSV. */
const READING_COLUMNS = [...READING_KEY, 'value', 'transactionId', 'quality'];

export function readingsController(database: ReadDatabase) {
  return {
    list: ({ principal, query }: { principal: Principal; query: ReadingsQuery }): Promise<Answer> => {
      const { limit } = query;
      const sites = sitesOf(principal);
      return database.read(async (run) => {
        const { scope, contextIds, asked, stored } = await scopeOf(run, query, sites);
        const window = readingsWindow(asked, stored);
        if (window.kind === 'tooLong') return refused(tooLong(window.days));
        if (window.kind === 'empty' || scope.contextIds.length === 0)
          return page([], limit, presentReading, String);
        const rows = await readReadings(run, {
          seriesIds: scope.seriesIds,
          contextIds,
          fromMs: window.fromMs,
          toMs: window.toMs,
          after: positionOf(query),
          limit: limit + 1,
        });
        return page(rows, limit, presentReading, (last) =>
          readingsCursor([
            last.seriesId,
            last.timestamp.getTime(),
            last.contextId,
            window.fromMs,
            window.toMs,
          ]),
        );
      });
    },

    stream: ({ principal, query }: { principal: Principal; query: ExportQuery<ReadingsQuery> }): RowStream =>
      rowStream(database, READING_COLUMNS, (run) =>
        presented(walkReadings(run, query, sitesOf(principal)), presentReading),
      ),
  };
}

/** All that was asked for, however long: what is too long for one statement is read series by series, in parts. */
async function* walkReadings(
  run: Query,
  query: ExportQuery<ReadingsQuery>,
  sites: readonly string[] | null,
): AsyncGenerator<readonly StoredReading[]> {
  const { scope, contextIds, asked, stored } = await scopeOf(run, query, sites);
  if (scope.contextIds.length === 0) return;
  const parts = readingsWindowParts(asked, stored);
  const groups = parts.length > 1 ? scope.seriesIds.map((id) => [id]) : [scope.seriesIds];
  let left = query.limit ?? Infinity;
  for (const seriesIds of groups) {
    for (const part of parts) {
      const pages = keysetPages<StoredReading, ReadingPosition>({
        read: (after, limit) => readReadings(run, { seriesIds, contextIds, ...part, after, limit }),
        keyOf: ({ seriesId, timestamp, contextId }) => ({
          seriesId,
          timestampMs: timestamp.getTime(),
          contextId,
        }),
        after: positionOf(query),
        limit: left,
        pageRows: EXPORT_PAGE_ROWS,
      });
      for await (const rows of pages) {
        left -= rows.length;
        yield rows;
      }
    }
  }
}

/** What the dictionaries and the books say about the question. */
async function scopeOf(run: Query, query: ExportQuery<ReadingsQuery>, sites: readonly string[] | null) {
  const { cursor } = query;
  const scope = await readReadingsScope(run, {
    chargePointIds: query.chargePointId,
    connectorId: query.connectorId,
    measurand: query.measurand,
    phase: query.phase,
    context: query.context,
    sites,
  });
  return {
    scope,
    contextIds: query.context === undefined ? undefined : scope.contextIds,
    asked: { fromMs: query.from ?? cursor?.[3], toMs: query.to ?? cursor?.[4] },
    stored: { firstMs: scope.first?.getTime(), lastMs: scope.last?.getTime() },
  };
}

function positionOf({ cursor }: ExportQuery<ReadingsQuery>): ReadingPosition | undefined {
  return cursor && { seriesId: cursor[0], timestampMs: cursor[1], contextId: cursor[2] };
}

function tooLong(days: number) {
  const message = `from and to span ${days} days of readings, at most ${MAX_WINDOW_DAYS} are read at once: ask in parts, or for CSV or NDJSON`;
  return invalidParameters([{ parameter: 'from', message }]);
}
