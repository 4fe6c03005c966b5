import type { ChargerProtocol, FrameContext, Handled } from '../charger-protocol.js';
import { excerpt } from '../excerpt.js';
import { parseFrame } from '../ocpp-j.js';
import { encodeCall } from './encode-call.js';
import { refusedCall } from './immediate.js';
import { judgeReply } from './judge-reply.js';
import { headOf, keptUnreadable } from './kept.js';
import type { OcppContext, OcppOptions, OcppVersion } from './ocpp-version.js';
import { refusal } from './refusal.js';

/** OCPP over WebSocket. Every context must name its charge point: they come by `/ocpp/{chargePointId}` only. */
export function ocppProtocol(version: OcppVersion, { limits }: OcppOptions): ChargerProtocol {
  const plain = version.plain?.(limits);
  const contextOf = (frameContext: FrameContext, frameText: string): OcppContext => {
    const { chargePointId, receivedAt, heartbeatIntervalS } = frameContext;
    return {
      chargePointId: chargePointId ?? '',
      receivedAt,
      heartbeatIntervalS,
      frameText,
      version,
      limits,
    };
  };
  return {
    name: version.name,
    subprotocol: version.name,
    handle: (text, context) => plain?.(text, context) ?? handle(contextOf(context, text)),
    oversizedFrame: (maxBytes, context) => oversizedFrame(maxBytes, contextOf(context, '')),
    encodeCall: (messageId, action, payload) => encodeCall(version, messageId, action, payload),
    judgeReply: (action, payload) => judgeReply(version, action, payload),
    binaryFrame: () => refusal(version.name, null, 'unreadable', 'OCPP-J frames are text, not binary'),
  };
}

function handle(context: OcppContext): Handled {
  const frame = parseFrame(context.frameText);
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
      const { served, calls } = context.version;
      const action = served.get(frame.action);
      if (action !== undefined) return action.handle(frame, context);
      const error = calls.has(frame.action) ? 'notSupported' : 'notImplemented';
      return refusedCall(frame, context, error, `The action ${excerpt(frame.action)} is not served`);
    }
  }
}

/** There is no request to answer: the socket is closed over it. */
function oversizedFrame(maxBytes: number, context: OcppContext): Handled {
  const reason = 'frame_too_large';
  const detail = `the frame is larger than ${maxBytes} bytes`;
  return {
    envelopes: [{ ...headOf(null, context), kind: 'unreadable', reason, detail, raw: '' }],
    answer: () => null,
    verdicts: [{ kind: 'rejected', action: null, messageId: null, reason }],
  };
}
