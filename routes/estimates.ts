import type { estimatesController } from '../controllers/estimates.js';
import { estimatesQuery } from './query/estimates-query.js';
import { estimatePage } from './response/estimate.js';
import { get, type Route } from './route.js';

export function estimatesRoutes(controller: ReturnType<typeof estimatesController>): Route[] {
  return [
    get({
      path: '/v1/estimates',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'What is estimated where nothing was measured',
      description:
        'Of registers, those that end last first. They are never among the readings; what an operator typed makes the energy on both of its sides an estimate.',
      response: estimatePage,
      examples: ['/v1/estimates?chargePointId=CP-1'],
      query: estimatesQuery,
      answer: controller.list,
      stream: controller.stream,
    }),
  ];
}
