import { z } from 'zod';
import { flattenStopTransaction } from '../flatten-stop-transaction.js';
import type { Action } from './action.js';
import { headOf } from './kept.js';
import { keptSession, numberField, refusedSession } from './session-request.js';

const request = z.object({
  transactionId: numberField,
  meterStop: numberField,
  timestamp: z.string(),
  idTag: z.string().nullish(),
  reason: z.string().nullish(),
  transactionData: z.array(z.unknown()).nullish(),
});

/** Taken whether or not its Start is known: a charge point that was offline sends in an order of its own. */
export const stopTransaction: Action = (call, context, { limits }) => {
  const parsed = request.safeParse(call.payload);
  if (!parsed.success) return refusedSession(parsed.error, call, context);
  const { payload } = call;
  const { chargePointId, receivedAt } = context;
  return keptSession({
    call,
    context,
    envelope: { ...headOf(call.id, context), kind: 'stopTransaction', payload },
    flat: flattenStopTransaction({ chargePointId, payload, receivedAt }, limits),
    response: typeof parsed.data.idTag === 'string' ? { idTagInfo: { status: 'Accepted' } } : {},
  });
};
