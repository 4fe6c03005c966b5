import type { quarantineController } from '../controllers/quarantine.js';
import { quarantineQuery } from './query/quarantine-query.js';
import { get, type Route } from './route.js';

export function quarantineRoutes(controller: ReturnType<typeof quarantineController>): Route[] {
  return [get({ path: '/v1/quarantine', query: quarantineQuery, answer: controller.list })];
}
