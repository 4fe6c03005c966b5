import type { StopTransactionEnvelope } from '../envelope.js';
import { flattenStopTransaction } from '../flatten-stop-transaction.js';
import { keptSession } from '../ocpp/kept-session.js';

export const stopTransaction = keptSession<StopTransactionEnvelope>({
  answered: '`{}`, or `Accepted` when it carried an idTag, once the log has it durably',
  tolerance: {
    fractionForInteger: ['transactionId', 'meterStop'],
    numberForString: ['transactionData.*.sampledValue.*.value'],
    used: ['idTag', 'reason', 'transactionData'],
    meterValues: 'transactionData',
  },
  envelope: (head, payload) => ({ ...head, kind: 'stopTransaction', payload }),
  flatten: flattenStopTransaction,
  response: ({ idTag }) => (typeof idTag === 'string' ? { idTagInfo: { status: 'Accepted' } } : {}),
});
