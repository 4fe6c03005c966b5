import type { changesController } from '../controllers/changes.js';
import { changesQuery } from './query/changes-query.js';
import { changePage } from './response/change.js';
import { get, type Route } from './route.js';

export function changesRoutes(controller: ReturnType<typeof changesController>): Route[] {
  return [
    get({
      path: '/v1/changes',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'What has changed since',
      description:
        'Readings that were stored or replaced and changes of charge points, in the order of commits: the same that `/live` tells, for those who poll.',
      response: changePage,
      problems: ['cursor-expired'],
      examples: ['/v1/changes?cursor=0&limit=2'],
      query: changesQuery,
      answer: controller.list,
    }),
  ];
}
