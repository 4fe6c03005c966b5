import type { readingsController } from '../controllers/readings.js';
import { readingsQuery } from './query/readings-query.js';
import { readingPage } from './response/reading.js';
import { get, type Route } from './route.js';

export function readingsRoutes(controller: ReturnType<typeof readingsController>): Route[] {
  return [
    get({
      path: '/v1/readings',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'Readings of charge points',
      response: readingPage,
      examples: ['/v1/readings?chargePointId=CP-1&limit=2'],
      query: readingsQuery,
      answer: controller.list,
      stream: controller.stream,
    }),
  ];
}
