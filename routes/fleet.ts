import type { fleetController } from '../controllers/fleet.js';
import { noParameters } from './query/no-parameters.js';
import { fleet } from './response/fleet.js';
import { get, type Route } from './route.js';

export function fleetRoutes(controller: ReturnType<typeof fleetController>): Route[] {
  return [
    get({
      path: '/v1/fleet',
      scope: 'readings:read',
      summary: 'The fleet at a glance',
      description:
        'Rates are of the time between two reports of each process, 5 seconds; null: nobody reports it, or who did has fallen silent.',
      response: fleet,
      examples: ['/v1/fleet'],
      query: noParameters,
      answer: controller.show,
    }),
  ];
}
