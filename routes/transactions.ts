import type { transactionsController } from '../controllers/transactions.js';
import { transactionsQuery } from './query/transactions-query.js';
import { transactionPage } from './response/transaction.js';
import { get, type Route } from './route.js';

export function transactionsRoutes(controller: ReturnType<typeof transactionsController>): Route[] {
  return [
    get({
      path: '/v1/transactions',
      scope: 'readings:read',
      audience: 'sites',
      summary: 'Charging sessions',
      description:
        'The newest start first; a session whose start is not known stands at its first reading, else at its end. Sessions that no StartTransaction or StopTransaction told of are those that readings of energy or power name. A page may hold fewer items than `limit` though there be more: go on until `nextCursor` is null.',
      response: transactionPage,
      examples: [
        '/v1/transactions?limit=2',
        '/v1/transactions?chargePointId=CP-1&status=closed',
        '/v1/transactions?chargePointId=CP-1&transactionId=7',
      ],
      query: transactionsQuery,
      answer: controller.list,
      stream: controller.stream,
    }),
  ];
}
