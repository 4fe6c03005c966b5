import type { statsController } from '../controllers/stats.js';
import { noParameters } from './query/no-parameters.js';
import { stats } from './response/stats.js';
import { get, type Route } from './route.js';

export function statsRoutes(controller: ReturnType<typeof statsController>): Route[] {
  return [
    get({
      path: '/v1/stats',
      scope: 'readings:read',
      summary: 'What was received, stored, repeated and rejected',
      response: stats,
      examples: ['/v1/stats'],
      query: noParameters,
      answer: controller.show,
    }),
  ];
}
