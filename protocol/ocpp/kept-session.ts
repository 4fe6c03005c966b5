import type { Envelope } from '../envelope.js';
import { isObject, type Json } from '../leniency.js';
import type { FlatSession } from '../session-fields.js';
import type { ReadingLimits } from '../usable-time.js';
import { judgeCall } from './immediate.js';
import type { Tolerance } from './judge-request.js';
import { headOf, keptMessage, refusedSession } from './kept.js';
import type { ServedAction } from './ocpp-version.js';

interface SessionAction<Sent extends Envelope> {
  readonly answered: string;
  readonly tolerance: Tolerance;
  /** @param payload of a request that was judged. */
  readonly envelope: (head: ReturnType<typeof headOf>, payload: Json) => Sent;
  readonly flatten: (envelope: Sent, limits: ReadingLimits) => FlatSession;
  readonly response: (payload: Json, envelope: Sent) => object;
}

/**
 * A request about a charging session goes to the log whether or not the rest of the session is known, and is answered once it is
 * durable: a charge point that was offline sends in an order of its own. One that lacks what it must have is refused.
 */
export function keptSession<Sent extends Envelope>(action: SessionAction<Sent>): ServedAction {
  const { answered, tolerance } = action;
  return {
    ...{ destination: 'sessions', answered, tolerance },
    handle: (call, context) => {
      const { fault, leniencies } = judgeCall(call, context, tolerance);
      if (fault !== null) return refusedSession(fault, call, context);
      // What isn't an object has a fault.
      const payload = isObject(call.payload) ? call.payload : {};
      const envelope = action.envelope(headOf(call.id, context), payload);
      const flat = action.flatten(envelope, context.limits);
      const response = action.response(payload, envelope);
      return keptMessage({ call, envelope, flat, response, leniencies }, context);
    },
  };
}
