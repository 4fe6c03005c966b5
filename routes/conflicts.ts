import type { conflictsController } from '../controllers/conflicts.js';
import { conflictCountsQuery, conflictsQuery } from './query/conflicts-query.js';
import { conflictCountPage } from './response/conflict-count.js';
import { conflictPage } from './response/conflict.js';
import { get, type Route } from './route.js';

export function conflictsRoutes(controller: ReturnType<typeof conflictsController>): Route[] {
  return [
    get({
      path: '/v1/conflicts',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'Values that lost against another one of the same key',
      description: 'Those of the newest readings first.',
      response: conflictPage,
      examples: ['/v1/conflicts?limit=2'],
      query: conflictsQuery,
      answer: controller.list,
      stream: controller.stream,
    }),
    get({
      path: '/v1/conflicts/counts',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'How many values lost, by charge point and measurand',
      response: conflictCountPage,
      examples: ['/v1/conflicts/counts'],
      query: conflictCountsQuery,
      answer: controller.counts,
      stream: controller.streamCounts,
    }),
  ];
}
