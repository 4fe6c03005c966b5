import { presentChargePoint } from '../protocol/live/present-charge-point.js';
import { presentReading } from '../protocol/live/present-reading.js';
import {
  chargePointsCursor,
  statusesOf,
  type ChargePointParams,
  type ChargePointsQuery,
} from '../routes/query/charge-points-query.js';
import type { ExportQuery } from '../routes/query/export-query.js';
import { latestCursor, type LatestQuery } from '../routes/query/latest-query.js';
import type { Principal } from '../server/access/access.js';
import { readFeedHead } from '../store/feed/read-feed-head.js';
import { readChargePoint } from '../store/read/charge-point.js';
import { readChargePoints, type ListedChargePoint } from '../store/read/charge-points.js';
import { readLatest } from '../store/read/latest-readings.js';
import type { ReadDatabase } from '../store/read/read-database.js';
import type { StoredReading } from '../store/read/stored-reading.js';
import { livePage, ok, refused, type Answer } from './answer.js';
import { versionTag } from './entity-tag.js';
import { answerList, type ListRequest } from './list.js';
import {
  CHARGE_POINT_COLUMNS,
  CONNECTION_COLUMNS,
  presentConnectedChargePoint,
} from './present-charge-point.js';
import { problem } from './problem.js';
import type { RowStream } from './row-stream.js';
import { sitesOf } from './sites-of.js';

function chargePointList(database: ReadDatabase, withConnection: boolean) {
  return answerList<ChargePointsQuery, ListedChargePoint, [string]>(database, {
    isLive: true,
    columns: [...CHARGE_POINT_COLUMNS, ...(withConnection ? CONNECTION_COLUMNS : [])],
    read: (run, { site, status, search }, { sites, after, limit }) =>
      readChargePoints(run, {
        site,
        statuses: statusesOf({ status }),
        search,
        withConnection,
        sites,
        after: after?.[0],
        limit,
      }),
    present: withConnection ? presentConnectedChargePoint : presentChargePoint,
    keyOf: ({ id }) => [id],
    cursorOf: ([id]) => chargePointsCursor(id),
  });
}

export function chargePointsController(database: ReadDatabase) {
  return {
    list: (asked: ListRequest<ChargePointsQuery>): Promise<Answer> =>
      chargePointList(database, asked.query.include === 'connection').list(asked),

    stream: (asked: ListRequest<ExportQuery<ChargePointsQuery>>): RowStream =>
      chargePointList(database, asked.query.include === 'connection').stream(asked),

    show: async ({
      principal,
      params,
    }: {
      principal: Principal;
      params: ChargePointParams;
    }): Promise<Answer> => {
      const sites = sitesOf(principal);
      const chargePoint = await database.read((run) => readChargePoint(run, params.id, sites));
      if (chargePoint === undefined) return unknownChargePoint();
      return ok(presentChargePoint(chargePoint), { ETag: versionTag(chargePoint.version) });
    },

    latest: async ({
      principal,
      params,
      query,
    }: {
      principal: Principal;
      params: ChargePointParams;
      query: LatestQuery;
    }): Promise<Answer> => {
      const { limit, cursor } = query;
      const sites = sitesOf(principal);
      return database.read(async (run) => {
        if ((await readChargePoint(run, params.id, sites)) === undefined) return unknownChargePoint();
        const rows = await readLatest(run, {
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
        const cursorOf = (row: StoredReading) =>
          latestCursor([row.evseId, row.connectorId, row.measurand, row.phase, row.location, row.unit]);
        return livePage(rows, limit, presentReading, cursorOf, await readFeedHead(run));
      });
    },
  };
}

function unknownChargePoint(): Answer {
  return refused(problem('not-found', 'There is no charge point with this id.'));
}
