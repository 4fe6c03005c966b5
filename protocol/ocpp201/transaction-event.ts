import { isAbsent, isObject } from '../leniency.js';
import { judgeCall } from '../ocpp/immediate.js';
import { headOf, keptMessage, refusedSession } from '../ocpp/kept.js';
import type { Tolerance } from '../ocpp/judge-request.js';
import type { ServedAction } from '../ocpp/ocpp-version.js';
import { flattenTransactionEvent } from './flatten-transaction-event.js';

const tolerance: Tolerance = {
  dispensable: ['triggerReason', 'seqNo', 'idToken.type'],
  numberForString: ['transactionInfo.transactionId'],
  fractionForInteger: ['evse.id', 'evse.connectorId', 'seqNo'],
  // An idToken or a reason that can't be read stands in quarantine by itself.
  used: ['evse', 'meterValue'],
  strict: ['eventType'],
  meterValues: 'meterValue',
};

/** Taken in whatever order its events come: a charging station that was offline sends in an order of its own. */
export const transactionEvent: ServedAction = {
  destination: 'sessions',
  answered: '`{}`, or `Accepted` when it carried an idToken, once the log has it durably',
  tolerance,
  handle: (call, context) => {
    const payload = isObject(call.payload) ? call.payload : {};
    const { fault, leniencies } = judgeCall(call, context, tolerance);
    if (fault !== null) return refusedSession(fault, call, context);
    const { chargePointId, receivedAt, limits } = context;
    const flat = flattenTransactionEvent({ chargePointId, payload, receivedAt }, limits);
    return keptMessage(
      {
        ...{ call, flat, leniencies },
        envelope: { ...headOf(call.id, context), kind: 'transactionEvent', payload },
        response: isAbsent(payload['idToken']) ? {} : { idTokenInfo: { status: 'Accepted' } },
      },
      context,
    );
  },
};
