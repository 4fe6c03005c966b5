import type { TransactionEventEnvelope } from '../envelope.js';
import { isAbsent } from '../leniency.js';
import { keptSession } from '../ocpp/kept-session.js';
import { flattenTransactionEvent } from './flatten-transaction-event.js';

export const transactionEvent = keptSession<TransactionEventEnvelope>({
  answered: '`{}`, or `Accepted` when it carried an idToken, once the log has it durably',
  tolerance: {
    dispensable: ['triggerReason', 'seqNo', 'idToken.type'],
    numberForString: ['transactionInfo.transactionId'],
    fractionForInteger: ['evse.id', 'evse.connectorId', 'seqNo'],
    // An idToken or a reason that can't be read stands in quarantine by itself.
    used: ['evse', 'meterValue'],
    strict: ['eventType'],
    meterValues: 'meterValue',
  },
  envelope: (head, payload) => ({ ...head, kind: 'transactionEvent', payload }),
  flatten: flattenTransactionEvent,
  response: ({ idToken }) => (isAbsent(idToken) ? {} : { idTokenInfo: { status: 'Accepted' } }),
});
