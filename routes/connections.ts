import type { connectionsController } from '../controllers/connections.js';
import { chargePointParams } from './query/charge-points-query.js';
import { connectionsQuery } from './query/connections-query.js';
import { noParameters } from './query/no-parameters.js';
import { connection, connectionPage, connectionSummary } from './response/connection.js';
import { get, type Route } from './route.js';

export function connectionsRoutes(controller: ReturnType<typeof connectionsController>): Route[] {
  return [
    get({
      path: '/v1/connections',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'The newest connection of each charge point',
      description: 'Of charge points that speak OCPP, in the order of their ids.',
      response: connectionPage,
      examples: ['/v1/connections?limit=3', '/v1/connections?state=connected&protocol=ocpp1.6'],
      query: connectionsQuery,
      answer: controller.list,
      stream: controller.stream,
    }),
    get({
      path: '/v1/connections/summary',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'How many charge points are connected',
      response: connectionSummary,
      examples: ['/v1/connections/summary'],
      query: noParameters,
      answer: controller.summary,
    }),
    get({
      path: '/v1/charge-points/:id/connection',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'The newest connection of a charge point',
      response: connection,
      examples: ['/v1/charge-points/CP-1/connection'],
      params: chargePointParams,
      query: noParameters,
      answer: controller.show,
    }),
  ];
}
