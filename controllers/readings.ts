import { readingsCursor, type ReadingsQuery } from '../routes/query/readings-query.js';
import type { ReadDatabase } from '../store/read/read-database.js';
import { readReadingsScope } from '../store/read/readings-scope.js';
import { readReadings } from '../store/read/readings.js';
import { page, refused, type Answer } from './answer.js';
import { presentReading } from './present-reading.js';
import { invalidParameters } from './problem.js';
import { MAX_WINDOW_DAYS, readingsWindow } from './readings-window.js';

export function readingsController(database: ReadDatabase) {
  return {
    list: ({ query }: { query: ReadingsQuery }): Promise<Answer> => {
      const { limit, cursor } = query;
      return database.read(async (run) => {
        const scope = await readReadingsScope(run, {
          chargePointIds: query.chargePointId,
          connectorId: query.connectorId,
          measurand: query.measurand,
          phase: query.phase,
          context: query.context,
        });
        const window = readingsWindow(
          { fromMs: query.from ?? cursor?.[3], toMs: query.to ?? cursor?.[4] },
          { firstMs: scope.first?.getTime(), lastMs: scope.last?.getTime() },
        );
        if (window.kind === 'tooLong') return refused(tooLong(window.days));
        if (window.kind === 'empty' || scope.contextIds.length === 0)
          return page([], limit, presentReading, String);
        const rows = await readReadings(run, {
          seriesIds: scope.seriesIds,
          contextIds: query.context === undefined ? undefined : scope.contextIds,
          fromMs: window.fromMs,
          toMs: window.toMs,
          after: cursor && { seriesId: cursor[0], timestampMs: cursor[1], contextId: cursor[2] },
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
  };
}

function tooLong(days: number) {
  const message = `from and to span ${days} days of readings, at most ${MAX_WINDOW_DAYS} are read at once: ask in parts`;
  return invalidParameters([{ parameter: 'from', message }]);
}
