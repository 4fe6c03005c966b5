import type { readingsController } from '../controllers/readings.js';
import { readingsQuery } from './query/readings-query.js';
import { get, type Route } from './route.js';

export function readingsRoutes(controller: ReturnType<typeof readingsController>): Route[] {
  return [get({ path: '/v1/readings', query: readingsQuery, answer: controller.list })];
}
