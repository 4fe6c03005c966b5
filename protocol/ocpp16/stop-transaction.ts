import { flattenStopTransaction } from '../flatten-stop-transaction.js';
import { isObject } from '../leniency.js';
import { judgeCall } from '../ocpp/immediate.js';
import { headOf, keptMessage, refusedSession } from '../ocpp/kept.js';
import type { Tolerance } from '../ocpp/judge-request.js';
import { leniencySetOfReadings } from '../ocpp/leniencies-of-readings.js';
import type { ServedAction } from '../ocpp/ocpp-version.js';

const tolerance: Tolerance = {
  fractionForInteger: ['transactionId', 'meterStop'],
  used: ['idTag', 'reason', 'transactionData'],
};

/** Taken whether or not its Start is known: a charge point that was offline sends in an order of its own. */
export const stopTransaction: ServedAction = {
  destination: 'sessions',
  answered: '`{}`, or `Accepted` when it carried an idTag, once the log has it durably',
  tolerance,
  handle: (call, context) => {
    const payload = isObject(call.payload) ? call.payload : {};
    const data = payload['transactionData'];
    // Judged by flattening, value by value: one that can't be read must not cost the others.
    const judged = Array.isArray(data) ? { ...payload, transactionData: undefined } : call.payload;
    const { fault, leniencies } = judgeCall(call, context, tolerance, judged);
    if (fault !== null) return refusedSession(fault, call, context);
    const { chargePointId, receivedAt, limits } = context;
    const flat = flattenStopTransaction({ chargePointId, payload, receivedAt }, limits);
    const ofReadings = leniencySetOfReadings(flat.readings, context.frameText);
    return keptMessage(
      {
        ...{ call, flat },
        envelope: { ...headOf(call.id, context), kind: 'stopTransaction', payload },
        response: typeof payload['idTag'] === 'string' ? { idTagInfo: { status: 'Accepted' } } : {},
        leniencies: [...new Set([...leniencies, ...ofReadings])],
      },
      context,
    );
  },
};
