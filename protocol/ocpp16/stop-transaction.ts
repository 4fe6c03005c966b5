import { flattenStopTransaction } from '../flatten-stop-transaction.js';
import { isObject } from '../leniency.js';
import { judgeCall } from '../ocpp/immediate.js';
import { headOf, keptMessage, refusedSession } from '../ocpp/kept.js';
import type { Tolerance } from '../ocpp/judge-request.js';
import type { ServedAction } from '../ocpp/ocpp-version.js';

const tolerance: Tolerance = {
  fractionForInteger: ['transactionId', 'meterStop'],
  numberForString: ['transactionData.*.sampledValue.*.value'],
  used: ['idTag', 'reason', 'transactionData'],
  meterValues: 'transactionData',
};

/** Taken whether or not its Start is known: a charge point that was offline sends in an order of its own. */
export const stopTransaction: ServedAction = {
  destination: 'sessions',
  answered: '`{}`, or `Accepted` when it carried an idTag, once the log has it durably',
  tolerance,
  handle: (call, context) => {
    const payload = isObject(call.payload) ? call.payload : {};
    const { fault, leniencies } = judgeCall(call, context, tolerance);
    if (fault !== null) return refusedSession(fault, call, context);
    const { chargePointId, receivedAt, limits } = context;
    const flat = flattenStopTransaction({ chargePointId, payload, receivedAt }, limits);
    return keptMessage(
      {
        ...{ call, flat, leniencies },
        envelope: { ...headOf(call.id, context), kind: 'stopTransaction', payload },
        response: typeof payload['idTag'] === 'string' ? { idTagInfo: { status: 'Accepted' } } : {},
      },
      context,
    );
  },
};
