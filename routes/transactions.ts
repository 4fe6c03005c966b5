import type { transactionsController } from '../controllers/transactions.js';
import { transactionsQuery } from './query/transactions-query.js';
import { transactionPage } from './response/transaction.js';
import { get, type Route } from './route.js';

export function transactionsRoutes(controller: ReturnType<typeof transactionsController>): Route[] {
  return [
    get({
      path: '/v1/transactions',
      summary: 'Charging sessions',
      description:
        'The newest start first; a session whose start is not known stands at its end. Sessions that were only named by readings are left out unless `status=observed` or `status=all` asks for them.',
      response: transactionPage,
      examples: ['/v1/transactions?limit=2', '/v1/transactions?chargePointId=CP-1&status=ended'],
      query: transactionsQuery,
      answer: controller.list,
      stream: controller.stream,
    }),
  ];
}
