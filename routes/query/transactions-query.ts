import { z } from 'zod';
import { TRANSACTION_STATUSES } from '../../store/read/transactions.js';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';
import { timeMs } from './time-ms.js';

const KIND = 'transactions';
const STATUSES = [...TRANSACTION_STATUSES, 'all'] as const;

/** Listed time (null: none) and row of the last session. */
const cursorKeys = z.tuple([timeMs.nullable(), z.int().positive()]);
export type TransactionsCursor = z.output<typeof cursorKeys>;

export const transactionsQuery = z
  .object({
    chargePointId: parameter.chargePointIds.optional(),
    status: parameter
      .once(z.enum(STATUSES, { error: `expected one of ${STATUSES.join(', ')}` }))
      .describe('Only sessions of this status; `all`, else every one but `observed`.')
      .optional(),
    connectorId: parameter.connectorId.optional(),
    from: parameter.from.describe('The first start.'),
    to: parameter.to.describe('Only sessions that started before.'),
    limit: parameter.limit,
    cursor: parameter.once(cursorSchema(KIND, cursorKeys)).optional(),
  })
  .refine(parameter.isForward, parameter.BACKWARD);
export type TransactionsQuery = z.output<typeof transactionsQuery>;

export function transactionsCursor(keys: TransactionsCursor): string {
  return encodeCursor(KIND, keys);
}
