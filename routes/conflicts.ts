import type { conflictsController } from '../controllers/conflicts.js';
import { conflictsQuery } from './query/conflicts-query.js';
import { conflictPage } from './response/conflict.js';
import { get, type Route } from './route.js';

export function conflictsRoutes(controller: ReturnType<typeof conflictsController>): Route[] {
  return [
    get({
      path: '/v1/conflicts',
      summary: 'Values that lost against another one of the same key',
      response: conflictPage,
      examples: ['/v1/conflicts?limit=2'],
      query: conflictsQuery,
      answer: controller.list,
    }),
  ];
}
