import type { conflictsController } from '../controllers/conflicts.js';
import { conflictsQuery } from './query/conflicts-query.js';
import { get, type Route } from './route.js';

export function conflictsRoutes(controller: ReturnType<typeof conflictsController>): Route[] {
  return [get({ path: '/v1/conflicts', query: conflictsQuery, answer: controller.list })];
}
