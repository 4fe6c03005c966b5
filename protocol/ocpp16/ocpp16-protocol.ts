import type { ChargerProtocol, FrameContext, Handled } from '../charger-protocol.js';
import { fitToLog } from '../durable-size.js';
import type { Envelope } from '../envelope.js';
import { excerpt } from '../excerpt.js';
import { callError, parseFrame, type MalformedFrame } from '../ocpp-j.js';
import { refused, type Ocpp16Options, type OcppContext } from './action.js';
import { ACTIONS, UNSUPPORTED_ACTIONS } from './actions.js';
import { retryError } from './meter-values.js';

/** OCPP 1.6 over WebSocket. Every context must name its charge point: they come by `/ocpp/{chargePointId}` only. */
export function ocpp16Protocol(options: Ocpp16Options): ChargerProtocol {
  return {
    name: 'ocpp1.6',
    subprotocol: 'ocpp1.6',
    handle: (text, context) => handle(text, context, options),
    binaryFrame: () => callError(null, 'FormationViolation', 'OCPP-J frames are text, not binary'),
  };
}

function handle(text: string, { chargePointId, receivedAt }: FrameContext, options: Ocpp16Options): Handled {
  const context: OcppContext = { chargePointId: chargePointId ?? '', receivedAt, frameText: text };
  const frame = parseFrame(text);
  switch (frame.kind) {
    case 'malformed':
      return unreadable(frame, context);
    case 'answer':
      // We call nothing yet, so nobody waits for it; answering an answer would be against the protocol.
      return {
        envelopes: [],
        answer: () => null,
        verdicts: [{ kind: 'control', action: null, messageId: frame.id, reason: null }],
      };
    case 'call': {
      const action = ACTIONS.get(frame.action);
      if (action !== undefined) return action(frame, context, options);
      const code = UNSUPPORTED_ACTIONS.has(frame.action) ? 'NotSupported' : 'NotImplemented';
      return refused(
        frame,
        callError(frame.id, code, `The action ${excerpt(frame.action)} is not served`),
        null,
      );
    }
  }
}

/** What can't be read might have been readings: it is kept, since its charge point is known, and then refused. */
function unreadable({ id, code, reason, detail }: MalformedFrame, context: OcppContext): Handled {
  const { chargePointId, receivedAt, frameText } = context;
  const sent: Envelope = {
    v: 1,
    kind: 'unreadable',
    chargePointId,
    protocol: 'ocpp1.6',
    messageId: id,
    receivedAt,
    reason,
    detail,
    raw: frameText,
  };
  const envelope = fitToLog(sent, frameText.length, () => frameText);
  return {
    envelopes: [envelope],
    answer: ([outcome]) => retryError(id, outcome) ?? callError(id, code, detail),
    verdicts: [{ kind: 'rejected', action: null, messageId: id, reason }],
  };
}
