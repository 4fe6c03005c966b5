import type { energyController } from '../controllers/energy.js';
import { energyQuery } from './query/energy-query.js';
import { energyPage } from './response/energy.js';
import { get, type Route } from './route.js';

const RANGE = 'from=2026-03-10T00:00:00Z&to=2026-03-11T00:00:00Z';

export function energyRoutes(controller: ReturnType<typeof energyController>): Route[] {
  return [
    get({
      path: '/v1/energy',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'Energy by interval and place',
      description:
        'Energy of charge points, connectors, sites, charging sessions or of everything, in total or by interval. Intervals without readings are left out. By `transaction` it is of sessions that began in the range, each as a whole, the newest first. A page may hold fewer items than `limit` though there be more: go on until `nextCursor` is null.',
      response: energyPage,
      problems: ['too-costly'],
      examples: [
        `/v1/energy?${RANGE}`,
        `/v1/energy?${RANGE}&interval=1h&chargePointId=CP-1&groupBy=connector`,
        `/v1/energy?from=2026-03-09T23:00:00Z&to=2026-03-10T23:00:00Z&interval=1d&timezone=Europe/Berlin&groupBy=site`,
        `/v1/energy?${RANGE}&groupBy=transaction`,
      ],
      query: energyQuery,
      answer: controller.list,
      stream: controller.stream,
    }),
  ];
}
