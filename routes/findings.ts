import type { findingsController } from '../controllers/findings.js';
import { findingCountsQuery, findingsQuery } from './query/findings-query.js';
import { findingCountPage } from './response/finding-count.js';
import { findingPage } from './response/finding.js';
import { get, type Route } from './route.js';

export function findingsRoutes(controller: ReturnType<typeof findingsController>): Route[] {
  return [
    get({
      path: '/v1/findings',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'What the rules of validation found in readings',
      description:
        'Those that begin last first. docs/findings.md tells the rules, and what each gives as evidence.',
      response: findingPage,
      examples: ['/v1/findings?limit=2'],
      query: findingsQuery,
      answer: controller.list,
      stream: controller.stream,
    }),
    get({
      path: '/v1/findings/counts',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'How many findings there are, by charge point and rule',
      response: findingCountPage,
      examples: ['/v1/findings/counts'],
      query: findingCountsQuery,
      answer: controller.counts,
      stream: controller.streamCounts,
    }),
  ];
}
