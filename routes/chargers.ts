import type { chargersController } from '../controllers/chargers.js';
import { chargersAllQuery, chargersRecordQuery } from './query/chargers-query.js';
import { chargerMessages } from './response/charger-messages.js';
import { get, type Route } from './route.js';

/** The earlier API. */
export function chargersRoutes(controller: ReturnType<typeof chargersController>): Route[] {
  return [
    get({
      path: '/chargers/all',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'Messages of charge points, by page number',
      description:
        'One message is what a charge point, connector and session measured at one instant. Ordered by charge point, timestamp, connector and session.',
      response: chargerMessages,
      examples: ['/chargers/all?limit=2', '/chargers/all?page=2&limit=1&chargePointIds=CP-1,CP-2'],
      query: chargersAllQuery,
      answer: controller.all,
    }),
    get({
      path: '/chargers/record',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'Messages that have a certain sample',
      description:
        'Whole messages of which at least one sample has all of the given fields. Searches the newest 7 days unless `from` and `to` say otherwise.',
      response: chargerMessages,
      examples: [
        '/chargers/record?measurand=Energy.Active.Import.Register&unit=kWh&context=Sample.Periodic&limit=2',
      ],
      query: chargersRecordQuery,
      answer: controller.record,
    }),
  ];
}
