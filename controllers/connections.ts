import type { ChargePointParams } from '../routes/query/charge-points-query.js';
import { connectionsCursor, type ConnectionsQuery } from '../routes/query/connections-query.js';
import { readConnectionCounts } from '../store/read/connection-counts.js';
import { readConnection, readConnections, type ConnectionRow } from '../store/read/connections.js';
import type { ReadDatabase } from '../store/read/read-database.js';
import { ok, refused, type Answer } from './answer.js';
import { answerList } from './list.js';
import { CONNECTION_COLUMNS, presentConnection } from './present-connection.js';
import { problem } from './problem.js';

export function connectionsController(database: ReadDatabase) {
  return {
    ...answerList<ConnectionsQuery, ConnectionRow, [string]>(database, {
      columns: CONNECTION_COLUMNS,
      read: (
        run,
        { chargePointId: chargePointIds, state, protocol, gatewayId, vendor, model },
        after,
        limit,
      ) =>
        readConnections(run, {
          ...{ chargePointIds, state, protocol, gatewayId, vendor, model },
          ...{ after: after?.[0], limit },
        }),
      present: presentConnection,
      keyOf: ({ chargePointId }) => [chargePointId],
      cursorOf: ([id]) => connectionsCursor(id),
    }),

    summary: async (): Promise<Answer> => {
      const { byProtocol, byModel, gateways } = await database.read((run) => readConnectionCounts(run));
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

    show: async ({ params }: { params: ChargePointParams }): Promise<Answer> => {
      const connection = await database.read((run) => readConnection(run, params.id));
      return connection === undefined
        ? refused(problem('not-found', 'No charge point with this id has ever connected by OCPP.'))
        : ok(presentConnection(connection));
    },
  };
}
