import type { signedValuesController } from '../controllers/signed-values.js';
import { signedValuesQuery } from './query/signed-values-query.js';
import { signedValuePage } from './response/signed-value.js';
import { get, type Route } from './route.js';

export function signedValuesRoutes(controller: ReturnType<typeof signedValuesController>): Route[] {
  return [
    get({
      path: '/v1/signed-values',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'Meter values that the meter signed, as they came',
      description: 'Those of the newest time first.',
      response: signedValuePage,
      examples: [
        '/v1/signed-values?chargePointId=CP-1&limit=2',
        '/v1/signed-values?chargePointId=CP-1&transactionId=7',
      ],
      query: signedValuesQuery,
      answer: controller.list,
      stream: controller.stream,
    }),
  ];
}
