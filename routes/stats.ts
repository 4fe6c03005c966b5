import { z } from 'zod';
import type { statsController } from '../controllers/stats.js';
import { noParameters } from './query/no-parameters.js';
import { get, type Route } from './route.js';

export function statsRoutes(controller: ReturnType<typeof statsController>): Route[] {
  return [
    get({
      path: '/v1/stats',
      summary: 'What was received, stored, repeated and rejected',
      response: z.unknown(),
      examples: ['/v1/stats'],
      query: noParameters,
      answer: controller.show,
    }),
  ];
}
