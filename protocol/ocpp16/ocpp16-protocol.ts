import type { ChargerProtocol, EncodedCall, FrameContext, Handled } from '../charger-protocol.js';
import { excerpt } from '../excerpt.js';
import { callError, parseFrame } from '../ocpp-j.js';
import { refused, type Ocpp16Options, type OcppContext } from './action.js';
import { ACTIONS } from './actions.js';
import { CENTRAL_SYSTEM_ACTIONS } from './central-system-actions.js';
import { headOf, keptUnreadable } from './kept.js';

/** OCPP 1.6 over WebSocket. Every context must name its charge point: they come by `/ocpp/{chargePointId}` only. */
export function ocpp16Protocol(options: Ocpp16Options): ChargerProtocol {
  return {
    name: 'ocpp1.6',
    subprotocol: 'ocpp1.6',
    handle: (text, context) => handle(text, context, options),
    oversizedFrame,
    encodeCall,
    binaryFrame: () => callError(null, 'FormationViolation', 'OCPP-J frames are text, not binary'),
  };
}

function handle(text: string, frameContext: FrameContext, options: Ocpp16Options): Handled {
  const context: OcppContext = {
    ...frameContext,
    chargePointId: frameContext.chargePointId ?? '',
    frameText: text,
  };
  const frame = parseFrame(text);
  switch (frame.kind) {
    case 'malformed':
      return keptUnreadable({ ...frame, messageId: frame.id, action: null }, context);
    case 'answer':
      // Answering an answer would be against the protocol, whether somebody waits for it or not.
      return {
        envelopes: [],
        answer: () => null,
        verdicts: [{ kind: 'control', action: null, messageId: frame.id, reason: null }],
        reply: frame.reply,
      };
    case 'call': {
      const action = ACTIONS.get(frame.action);
      if (action !== undefined) return action(frame, context, options);
      const code = CENTRAL_SYSTEM_ACTIONS.has(frame.action) ? 'NotSupported' : 'NotImplemented';
      return refused(
        frame,
        callError(frame.id, code, `The action ${excerpt(frame.action)} is not served`),
        null,
      );
    }
  }
}

/** There is no request to answer: the socket is closed over it. */
function oversizedFrame(maxBytes: number, frameContext: FrameContext): Handled {
  const reason = 'frame_too_large';
  const detail = `the frame is larger than ${maxBytes} bytes`;
  const context: OcppContext = {
    ...frameContext,
    chargePointId: frameContext.chargePointId ?? '',
    frameText: '',
  };
  return {
    envelopes: [{ ...headOf(null, context), kind: 'unreadable', reason, detail, raw: '' }],
    answer: () => null,
    verdicts: [{ kind: 'rejected', action: null, messageId: null, reason }],
  };
}

function encodeCall(_messageId: string, action: string): EncodedCall {
  return { ok: false, fault: 'unknown_action', path: '', detail: `${excerpt(action)} is not called yet` };
}
