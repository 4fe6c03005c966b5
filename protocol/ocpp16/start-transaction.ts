import { flattenStartTransaction } from '../flatten-start-transaction.js';
import { judgeCall } from '../ocpp/immediate.js';
import { headOf, keptMessage, refusedSession } from '../ocpp/kept.js';
import type { Tolerance } from '../ocpp/judge-request.js';
import type { ServedAction } from '../ocpp/ocpp-version.js';
import { transactionIdOf } from '../transaction-id.js';

const tolerance: Tolerance = { fractionForInteger: ['connectorId', 'meterStart'] };

/** Answered with an id that depends on the request alone, so that a repeated Start names the same session. */
export const startTransaction: ServedAction = {
  destination: 'sessions',
  answered: 'the transaction id and `Accepted`, once the log has it durably',
  tolerance,
  handle: (call, context) => {
    const { fault, leniencies } = judgeCall(call, context, tolerance);
    if (fault !== null) return refusedSession(fault, call, context);
    const { payload } = call;
    const { chargePointId, receivedAt, limits } = context;
    const transactionId = transactionIdOf(chargePointId, payload);
    return keptMessage(
      {
        ...{ call, leniencies },
        envelope: { ...headOf(call.id, context), kind: 'startTransaction', transactionId, payload },
        flat: flattenStartTransaction({ chargePointId, payload, receivedAt, transactionId }, limits),
        response: { transactionId, idTagInfo: { status: 'Accepted' } },
      },
      context,
    );
  },
};
