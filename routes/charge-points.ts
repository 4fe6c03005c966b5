import type { chargePointsController } from '../controllers/charge-points.js';
import { chargePointParams, chargePointsQuery } from './query/charge-points-query.js';
import { latestQuery } from './query/latest-query.js';
import { noParameters } from './query/no-parameters.js';
import { get, type Route } from './route.js';

export function chargePointsRoutes(controller: ReturnType<typeof chargePointsController>): Route[] {
  return [
    get({ path: '/v1/charge-points', query: chargePointsQuery, answer: controller.list }),
    get({
      path: '/v1/charge-points/:id',
      params: chargePointParams,
      query: noParameters,
      answer: controller.show,
    }),
    get({
      path: '/v1/charge-points/:id/latest',
      params: chargePointParams,
      query: latestQuery,
      answer: controller.latest,
    }),
  ];
}
