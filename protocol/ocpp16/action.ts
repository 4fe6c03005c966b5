import type { z } from 'zod';
import type { FrameContext, Handled } from '../charger-protocol.js';
import type { ReadingLimits } from '../usable-time.js';
import { callError, callResult, type Call } from '../ocpp-j.js';
import { violationOf } from './violation.js';

export interface Ocpp16Options {
  readonly limits: ReadingLimits;
}

/** A frame of OCPP-J: the socket it came by has a charge point. */
export interface OcppContext extends FrameContext {
  readonly chargePointId: string;
  readonly frameText: string;
}

export type Action = (call: Call, context: OcppContext, options: Ocpp16Options) => Handled;

/** An action that needs no log: its request is checked and answered at once. */
export function immediate<Request>(
  schema: z.ZodType<Request>,
  respond: (request: Request, context: OcppContext, options: Ocpp16Options) => object,
): Action {
  return (call, context, options) => {
    const parsed = schema.safeParse(call.payload);
    if (!parsed.success) {
      const { code, description } = violationOf(parsed.error, call.payload);
      return refused(call, callError(call.id, code, description), 'invalid_frame');
    }
    const response = callResult(call.id, respond(parsed.data, context, options));
    return {
      envelopes: [],
      answer: () => response,
      verdicts: [{ kind: 'control', action: call.action, messageId: call.id, reason: null }],
    };
  };
}

/** A CALL that is answered with an error at once and concerns no readings. */
export function refused(call: Call, error: string, reason: 'invalid_frame' | null): Handled {
  return {
    envelopes: [],
    answer: () => error,
    verdicts: [{ kind: 'invalid', action: call.action, messageId: call.id, reason }],
  };
}
