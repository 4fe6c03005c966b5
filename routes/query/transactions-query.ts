import { z } from 'zod';
import { SESSION_STATES } from '../../controllers/session-state.js';
import { TRANSACTION_STATUSES } from '../../store/read/transactions.js';
import { cursorSchema, encodeCursor } from './cursor.js';
import * as parameter from './parameters.js';
import { timeMs } from './time-ms.js';

const KIND = 'transactions';
const STATUSES = [...SESSION_STATES, ...TRANSACTION_STATUSES, 'all'] as const;
/** OCPP 1.6 has numbers, 2.0.1 texts of up to 36 characters. */
const transactionId = parameter.once(parameter.text(1, 255));

/** Listed time (null: none) and row of the last session. */
const cursorKeys = z.tuple([timeMs.nullable(), z.int().positive()]);
export type TransactionsCursor = z.output<typeof cursorKeys>;

export const transactionsQuery = z
  .object({
    chargePointId: parameter.chargePointIds.optional(),
    status: parameter
      .once(z.enum(STATUSES, { error: `expected one of ${STATUSES.join(', ')}` }))
      .describe(
        'Only sessions of this `state` or `status`; `all`: also those that are but a name; else every one that was told of, or has readings of energy or power.',
      )
      .optional(),
    transactionId: transactionId
      .optional()
      .describe('The session of this `id`: one at each charge point at most.'),
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
