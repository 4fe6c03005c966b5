import type { ChargePointParams } from '../routes/query/charge-points-query.js';
import { connectionsCursor, type ConnectionsQuery } from '../routes/query/connections-query.js';
import { readConnectionCounts } from '../store/read/connection-counts.js';
import { readConnection, readConnections, type ConnectionRow } from '../store/read/connections.js';
import type { Principal } from '../server/access/access.js';
import type { ReadDatabase } from '../store/read/read-database.js';
import { visibleChargePoints } from '../store/read/visible-charge-points.js';
import { ok, refused, type Answer } from './answer.js';
import { answerList } from './list.js';
import { CONNECTION_COLUMNS, presentConnection } from './present-connection.js';
import { problem } from './problem.js';
import { sitesOf } from './sites-of.js';

export function connectionsController(database: ReadDatabase) {
  return {
    ...answerList<ConnectionsQuery, ConnectionRow, [string]>(database, {
      columns: CONNECTION_COLUMNS,
      read: async (
        run,
        { chargePointId, state, protocol, gatewayId, vendor, model },
        { sites, after, limit },
      ) =>
        readConnections(run, {
          ...(await visibleChargePoints(run, chargePointId, sites)),
          ...{ state, protocol, gatewayId, vendor, model },
          ...{ after: after?.[0], limit },
        }),
      present: presentConnection,
      keyOf: ({ chargePointId }) => [chargePointId],
      cursorOf: ([id]) => connectionsCursor(id),
    }),

    summary: async ({ principal }: { principal: Principal }): Promise<Answer> => {
      const { byProtocol, byModel, gateways } = await database.read((run) =>
        readConnectionCounts(run, sitesOf(principal)),
      );
      const sum = (state: 'connected' | 'disconnected' | 'lost'): number =>
        byProtocol.reduce((total, counts) => total + counts[state], 0);
      return ok({
        connected: sum('connected'),
        disconnected: sum('disconnected'),
        lost: sum('lost'),
        byProtocol,
        byModel,
        gateways: gateways.map(({ startedAt, seenAt, ...gateway }) => ({
          ...gateway,
          startedAt: startedAt.toISOString(),
          seenAt: seenAt.toISOString(),
        })),
      });
    },

    show: async ({
      principal,
      params,
    }: {
      principal: Principal;
      params: ChargePointParams;
    }): Promise<Answer> => {
      const connection = await database.read((run) => readConnection(run, params.id, sitesOf(principal)));
      return connection === undefined
        ? refused(problem('not-found', 'No charge point with this id has ever connected by OCPP.'))
        : ok(presentConnection(connection));
    },
  };
}
