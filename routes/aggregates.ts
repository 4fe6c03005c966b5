import type { aggregatesController } from '../controllers/aggregates.js';
import { aggregatesQuery } from './query/aggregates-query.js';
import { aggregatePage } from './response/aggregate.js';
import { get, type Route } from './route.js';

const RANGE = 'from=2026-03-10T00:00:00Z&to=2026-03-11T00:00:00Z';

export function aggregatesRoutes(controller: ReturnType<typeof aggregatesController>): Route[] {
  return [
    get({
      path: '/v1/aggregates',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'Samples by bucket of time',
      description:
        'Number, extremes, mean, first and last of the samples in each bucket. Buckets without a sample are left out. A page may hold fewer items than `limit` though there be more: go on until `nextCursor` is null.',
      response: aggregatePage,
      problems: ['too-costly'],
      examples: [
        `/v1/aggregates?${RANGE}&chargePointId=CP-1`,
        `/v1/aggregates?${RANGE}&measurand=Power.Active.Import&interval=15m&groupBy=chargePoint`,
        `/v1/aggregates?${RANGE}&measurand=Energy.Active.Import.Register&interval=1d&groupBy=none`,
      ],
      query: aggregatesQuery,
      answer: controller.list,
      stream: controller.stream,
    }),
  ];
}
