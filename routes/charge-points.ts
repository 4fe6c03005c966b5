import type { chargePointsController } from '../controllers/charge-points.js';
import { chargePointParams, chargePointsQuery } from './query/charge-points-query.js';
import { latestQuery } from './query/latest-query.js';
import { noParameters } from './query/no-parameters.js';
import { chargePoint, chargePointPage } from './response/charge-point.js';
import { readingPage } from './response/reading.js';
import { get, type Route } from './route.js';

export function chargePointsRoutes(controller: ReturnType<typeof chargePointsController>): Route[] {
  return [
    get({
      path: '/v1/charge-points',
      summary: 'Charge points',
      response: chargePointPage,
      examples: ['/v1/charge-points?limit=3'],
      query: chargePointsQuery,
      answer: controller.list,
      stream: controller.stream,
    }),
    get({
      path: '/v1/charge-points/:id',
      summary: 'One charge point',
      response: chargePoint,
      examples: ['/v1/charge-points/CP-1'],
      params: chargePointParams,
      query: noParameters,
      answer: controller.show,
    }),
    get({
      path: '/v1/charge-points/:id/latest',
      summary: 'The newest reading of each series of a charge point',
      response: readingPage,
      examples: ['/v1/charge-points/CP-1/latest'],
      params: chargePointParams,
      query: latestQuery,
      answer: controller.latest,
    }),
  ];
}
