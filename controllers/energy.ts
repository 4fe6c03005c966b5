import type { ExportQuery } from '../routes/query/export-query.js';
import { energyCursor, type EnergyGrouping, type EnergyQuery } from '../routes/query/energy-query.js';
import {
  ENERGY_MEASURANDS,
  readEnergy,
  readEnergyRange,
  type BucketEnergy,
  type Direction,
} from '../store/read/energy.js';
import type { ReadDatabase } from '../store/read/read-database.js';
import type { GroupColumn, GroupKey } from '../store/read/rollup-groups.js';
import type { AnswerCache } from './answer-cache.js';
import type { Answer } from './answer.js';
import { cachedPage, type CachedListRequest } from './cached-page.js';
import { groupedList } from './grouped-list.js';
import { ENERGY_FIELDS, presentEnergy } from './present-energy.js';
import type { ListRequest } from './list.js';
import type { RowStream } from './row-stream.js';
import { sessionEnergy } from './session-energy.js';
import { sitesOf } from './sites-of.js';

type SeriesGrouping = Exclude<EnergyGrouping, 'transaction'>;

const COLUMNS: Readonly<Record<SeriesGrouping, readonly GroupColumn[]>> = {
  connector: ['chargePointId', 'evseId', 'connectorId'],
  chargePoint: ['chargePointId'],
  site: ['site'],
  none: [],
};

/** `now` gives ms since 1970: whether a session has ended may depend on it. */
export function energyController(database: ReadDatabase, cache: AnswerCache, now: () => number = Date.now) {
  const sessions = sessionEnergy(database, now);
  const grouped = groupedList<EnergyQuery, BucketEnergy>(database, {
    columnsOf: ({ groupBy }) => COLUMNS[groupBy as SeriesGrouping],
    filterOf: (query) => ({
      chargePointIds: query.chargePointId,
      site: query.site,
      connectorId: query.connectorId,
      measurands: ENERGY_MEASURANDS[directionOf(query)],
      unit: 'Wh',
      phase: undefined,
    }),
    rangeOf: readEnergyRange,
    // What others measure too is left out of a whole, and is all there is of its own place.
    read: (run, { connectorId }, part) =>
      readEnergy(run, { ...part, countsAs: connectorId === undefined ? 2 : 1 }),
    presentFigures: presentEnergy,
    figures: ENERGY_FIELDS,
    afterOf: ({ cursor }) =>
      cursor && { key: cursor.slice(1, -1) as unknown as GroupKey, startMs: cursor.at(-1) as number },
    cursorOf: ({ groupBy }, { key, startMs }) => energyCursor([groupBy, ...key, startMs]),
  });

  return {
    list: ({ principal, query, ifNoneMatch }: CachedListRequest<EnergyQuery>): Promise<Answer> => {
      const sites = sitesOf(principal);
      return database.read((run) =>
        // Sessions begin and end, and are abandoned, without a change of any bucket.
        query.groupBy === 'transaction'
          ? sessions.page(run, query, { direction: directionOf(query), sites })
          : cachedPage(run, { cache, resource: 'energy', query, sites, ifNoneMatch }, () =>
              grouped.page(run, query, sites),
            ),
      );
    },

    stream: ({ principal, query }: ListRequest<ExportQuery<EnergyQuery>>): RowStream => {
      const sites = sitesOf(principal);
      return query.groupBy === 'transaction'
        ? sessions.stream(query, { direction: directionOf(query), sites })
        : grouped.stream(query, sites);
    },
  };
}

function directionOf({ measurand }: Pick<EnergyQuery, 'measurand'>): Direction {
  return ENERGY_MEASURANDS.export.includes(measurand) ? 'export' : 'import';
}
