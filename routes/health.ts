import type { healthController } from '../controllers/health.js';
import { noParameters } from './query/no-parameters.js';
import { health } from './response/health.js';
import { get, type Route } from './route.js';

export function healthRoutes(controller: ReturnType<typeof healthController>): Route[] {
  return [
    get({
      path: '/health',
      scope: null,
      summary: 'Whether the API can reach its database',
      response: health,
      otherAnswers: { 503: health },
      examples: ['/health'],
      query: noParameters,
      answer: controller.show,
    }),
  ];
}
