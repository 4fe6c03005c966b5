import { readingsCursor, type ReadingsQuery } from '../routes/query/readings-query.js';
import type { ReadDatabase } from '../store/read/read-database.js';
import { readReadingsScope, type ReadingsScope } from '../store/read/readings-scope.js';
import { readReadings } from '../store/read/readings.js';
import { page, type Answer } from './answer.js';
import { presentReading } from './present-reading.js';

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

export function readingsController(database: ReadDatabase) {
  return {
    list: async ({ query }: { query: ReadingsQuery }): Promise<Answer> => {
      const { limit, cursor } = query;
      const { rows, window } = await database.read(async (run) => {
        const scope = await readReadingsScope(run, {
          chargePointIds: query.chargePointId,
          connectorId: query.connectorId,
          measurand: query.measurand,
          phase: query.phase,
          context: query.context,
        });
        const window = windowOf(query, scope);
        if (window === undefined || scope.seriesIds.length === 0 || scope.contextIds.length === 0) {
          return { rows: [], window: { fromMs: 0, toMs: 0 } };
        }
        const rows = await readReadings(run, {
          seriesIds: scope.seriesIds,
          contextIds: query.context === undefined ? undefined : scope.contextIds,
          ...window,
          after: cursor && { seriesId: cursor[0], timestampMs: cursor[1], contextId: cursor[2] },
          limit: limit + 1,
        });
        return { rows, window };
      });
      return page(rows, limit, presentReading, (last) =>
        readingsCursor([last.seriesId, last.timestamp.getTime(), last.contextId, window.fromMs, window.toMs]),
      );
    },
  };
}

/**
 * The time to read: what was asked for, but not beyond the oldest and the newest reading of all. So a query without
 * bounds gives everything there is, and one from the year 1 to 9999 opens no more days than there are.
 * A cursor keeps the window of its first page. undefined: nothing can lie in it.
 */
function windowOf({ from, to, cursor }: ReadingsQuery, { first, last }: ReadingsScope): Window | undefined {
  if (first === null || last === null) return undefined;
  const fromMs = Math.max(from ?? -Infinity, cursor?.[3] ?? -Infinity, first.getTime());
  const toMs = Math.min(to ?? Infinity, cursor?.[4] ?? Infinity, last.getTime() + 1);
  return fromMs < toMs ? { fromMs, toMs } : undefined;
}
