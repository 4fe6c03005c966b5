import { z } from 'zod';
import { flattenStartTransaction } from '../flatten-start-transaction.js';
import { transactionIdOf } from '../transaction-id.js';
import type { Action } from './action.js';
import { headOf } from './kept.js';
import { keptSession, numberField, refusedSession } from './session-request.js';

const request = z.object({
  connectorId: numberField,
  idTag: z.string(),
  meterStart: numberField,
  timestamp: z.string(),
});

/** Answered with an id that depends on the request alone, so that a repeated Start names the same session. */
export const startTransaction: Action = (call, context, { limits }) => {
  const parsed = request.safeParse(call.payload);
  if (!parsed.success) return refusedSession(parsed.error, call, context);
  const { payload } = call;
  const { chargePointId, receivedAt } = context;
  const transactionId = transactionIdOf(chargePointId, payload);
  return keptSession({
    call,
    context,
    envelope: { ...headOf(call.id, context), kind: 'startTransaction', transactionId, payload },
    flat: flattenStartTransaction({ chargePointId, payload, receivedAt, transactionId }, limits),
    response: { transactionId, idTagInfo: { status: 'Accepted' } },
  });
};
