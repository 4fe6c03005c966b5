import type { statsController } from '../controllers/stats.js';
import { noParameters } from './query/no-parameters.js';
import { get, type Route } from './route.js';

export function statsRoutes(controller: ReturnType<typeof statsController>): Route[] {
  return [get({ path: '/v1/stats', query: noParameters, answer: controller.show })];
}
