import {
  chargePointsCursor,
  type ChargePointParams,
  type ChargePointsQuery,
} from '../routes/query/charge-points-query.js';
import { latestCursor, type LatestQuery } from '../routes/query/latest-query.js';
import { readChargePoint } from '../store/read/charge-point.js';
import { readChargePoints, type ChargePoint } from '../store/read/charge-points.js';
import { readLatest } from '../store/read/latest-readings.js';
import type { ReadDatabase } from '../store/read/read-database.js';
import { ok, page, refused, type Answer } from './answer.js';
import { answerList } from './list.js';
import { presentReading } from './present-reading.js';
import { problem } from './problem.js';

const COLUMNS = ['id', 'label', 'site', 'status', 'createdAt', 'updatedAt', 'version'];

export function chargePointsController(database: ReadDatabase) {
  return {
    ...answerList<ChargePointsQuery, ChargePoint, [string]>(database, {
      columns: COLUMNS,
      read: (run, { site }, after, limit) => readChargePoints(run, { site, after: after?.[0], limit }),
      present: presentChargePoint,
      keyOf: ({ id }) => [id],
      cursorOf: ([id]) => chargePointsCursor(id),
    }),

    show: async ({ params }: { params: ChargePointParams }): Promise<Answer> => {
      const chargePoint = await database.read((run) => readChargePoint(run, params.id));
      return chargePoint === undefined ? unknownChargePoint() : ok(presentChargePoint(chargePoint));
    },

    latest: async ({ params, query }: { params: ChargePointParams; query: LatestQuery }): Promise<Answer> => {
      const { limit, cursor } = query;
      const rows = await database.read(async (run) => {
        if ((await readChargePoint(run, params.id)) === undefined) return undefined;
        return readLatest(run, {
          chargePointId: params.id,
          after: cursor && {
            evseId: cursor[0],
            connectorId: cursor[1],
            measurand: cursor[2],
            phase: cursor[3],
            location: cursor[4],
            unit: cursor[5],
          },
          limit: limit + 1,
        });
      });
      if (rows === undefined) return unknownChargePoint();
      return page(rows, limit, presentReading, (row) =>
        latestCursor([row.evseId, row.connectorId, row.measurand, row.phase, row.location, row.unit]),
      );
    },
  };
}

function presentChargePoint(chargePoint: ChargePoint) {
  const { id, label, site, status, createdAt, updatedAt, version } = chargePoint;
  return {
    id,
    label,
    site,
    status,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    version,
  };
}

function unknownChargePoint(): Answer {
  return refused(problem('not-found', 'There is no charge point with this id.'));
}
