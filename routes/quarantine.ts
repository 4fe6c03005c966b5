import type { quarantineController } from '../controllers/quarantine.js';
import { quarantineQuery } from './query/quarantine-query.js';
import { quarantinePage } from './response/quarantined-part.js';
import { get, type Route } from './route.js';

export function quarantineRoutes(controller: ReturnType<typeof quarantineController>): Route[] {
  return [
    get({
      path: '/v1/quarantine',
      summary: 'What could not become a reading',
      response: quarantinePage,
      examples: ['/v1/quarantine?limit=2'],
      query: quarantineQuery,
      answer: controller.list,
    }),
  ];
}
