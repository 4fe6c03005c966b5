import type { BootData, Handled } from '../charger-protocol.js';
import { isObject, type Json } from '../leniency.js';
import type { OcppError } from '../ocpp-error-codes.js';
import { callResult, type Call } from '../ocpp-j.js';
import { judgeRequest, type Judgement, type PayloadFault, type Tolerance } from './judge-request.js';
import type { Destination, OcppContext, ServedAction } from './ocpp-version.js';
import { refusal } from './refusal.js';

export type Check = (payload: Json) => PayloadFault | null;

interface Immediate {
  readonly destination?: Destination;
  readonly answered: string;
  readonly tolerance?: Tolerance;
  /** What the schema doesn't say, yet the specification does. */
  readonly check?: Check;
  /** The request has passed its judgement: fields that it must have are there, unless they can be done without. */
  readonly respond: (request: Json, context: OcppContext) => object;
  readonly boot?: (request: Json) => BootData;
}

/** An action that needs no log: its request is judged and answered at once. */
export function immediate(action: Immediate): ServedAction {
  const { destination = 'counted', answered, tolerance = {}, check = () => null, respond, boot } = action;
  return {
    ...{ destination, answered, tolerance },
    handle: (call, context) => {
      const { fault, leniencies } = judgeCall(call, context, tolerance);
      const request = isObject(call.payload) ? call.payload : {};
      const refused = fault ?? check(request);
      if (refused !== null) return refusedCall(call, context, refused.error, refused.description);
      const response = callResult(call.id, respond(request, context));
      return {
        envelopes: [],
        answer: () => response,
        verdicts: [{ kind: 'control', action: call.action, messageId: call.id, reason: null }],
        leniencies,
        ...(boot === undefined ? {} : { boot: boot(request) }),
      };
    },
  };
}

export function judgeCall(
  { action, payload }: Call,
  { version, frameText }: OcppContext,
  tolerance: Tolerance,
): Judgement {
  return judgeRequest({ schema: version.schemas.request(action), payload, frameText, tolerance });
}

/** A CALL that is answered with an error at once and concerns no readings. */
export function refusedCall(
  call: Call,
  { version }: OcppContext,
  error: OcppError,
  description: string,
): Handled {
  const text = refusal(version.name, call.id, error, description);
  const reason = error === 'notImplemented' || error === 'notSupported' ? null : 'invalid_frame';
  return {
    envelopes: [],
    answer: () => text,
    verdicts: [{ kind: 'invalid', action: call.action, messageId: call.id, reason }],
  };
}
