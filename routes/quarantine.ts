import { z } from 'zod';
import type { quarantineController } from '../controllers/quarantine.js';
import { quarantineQuery } from './query/quarantine-query.js';
import { get, type Route } from './route.js';

export function quarantineRoutes(controller: ReturnType<typeof quarantineController>): Route[] {
  return [
    get({
      path: '/v1/quarantine',
      summary: 'What could not become a reading',
      response: z.unknown(),
      examples: ['/v1/quarantine?limit=2'],
      query: quarantineQuery,
      answer: controller.list,
    }),
  ];
}
