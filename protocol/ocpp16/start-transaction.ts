import type { StartTransactionEnvelope } from '../envelope.js';
import { flattenStartTransaction } from '../flatten-start-transaction.js';
import { keptSession } from '../ocpp/kept-session.js';
import { transactionIdOf } from '../transaction-id.js';

/** Answered with an id that depends on the request alone, so that a repeated Start names the same session. */
export const startTransaction = keptSession<StartTransactionEnvelope>({
  answered: 'the transaction id and `Accepted`, once the log has it durably',
  tolerance: { fractionForInteger: ['connectorId', 'meterStart'] },
  envelope: (head, payload) => {
    const transactionId = transactionIdOf(head.chargePointId, payload);
    return { ...head, kind: 'startTransaction', transactionId, payload };
  },
  flatten: flattenStartTransaction,
  response: (_, { transactionId }) => ({ transactionId, idTagInfo: { status: 'Accepted' } }),
});
