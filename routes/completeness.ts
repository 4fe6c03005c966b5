import type { completenessController } from '../controllers/completeness.js';
import { chargePointParams } from './query/charge-points-query.js';
import { completenessQuery, seriesCompletenessQuery } from './query/completeness-query.js';
import { chargePointGaps, completenessPage } from './response/completeness.js';
import { get, type Route } from './route.js';

const RANGE = 'from=2026-03-10T00:00:00Z&to=2026-03-11T00:00:00Z';

export function completenessRoutes(controller: ReturnType<typeof completenessController>): Route[] {
  return [
    get({
      path: '/v1/completeness',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'How much of what charge points were to send is there',
      description:
        'Expected, present, missing, late and rejected in a range, of each charge point in the order of their ids, from aggregates: docs/completeness.md tells what is expected.',
      response: completenessPage,
      examples: [`/v1/completeness?${RANGE}&limit=3`, `/v1/completeness?${RANGE}&chargePointId=CP-1`],
      query: completenessQuery,
      answer: controller.list,
      stream: controller.stream,
    }),
    get({
      path: '/v1/charge-points/:id/completeness',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'The completeness of the series of a charge point, with their gaps',
      description: 'Of 31 days at most.',
      response: chargePointGaps,
      examples: [`/v1/charge-points/CP-1/completeness?${RANGE}`],
      params: chargePointParams,
      query: seriesCompletenessQuery,
      answer: controller.show,
    }),
  ];
}
