/**
 * The error codes of a CALLERROR that we send, as version 1.6 spells them (OCPP-J section 4.2.3), `Occurence` included: when we
 * send each, and what the charge point's side does about it.
 */
export const OCPP_ERROR_CODES = {
  NotImplemented: {
    meaning: 'the action is none of OCPP 1.6',
    remedy: 'Correct the name of the action; names are case-sensitive.',
  },
  NotSupported: {
    meaning: 'the action is one of OCPP 1.6 that is not served here',
    remedy: 'Leave it out: docs/protocols.md lists what is served.',
  },
  InternalError: {
    meaning: 'the log could not take the message now; `retryAfterMs` in the details says when to try again',
    remedy:
      'Keep the message and send it again: always safe. If it lasts, look at the gateway and at its log.',
  },
  ProtocolError: {
    meaning: 'the frame is JSON, but no OCPP-J message',
    remedy: 'Send `[2, id, action, payload]` with an id of 1 to 36 characters.',
  },
  FormationViolation: {
    meaning: 'the frame is not JSON text, is nested too deep, or its payload is not an object',
    remedy: 'Send JSON text in text frames, with an object as the payload.',
  },
  PropertyConstraintViolation: {
    meaning: 'a field has a value that is not allowed',
    remedy: 'Correct the field that the description names.',
  },
  OccurenceConstraintViolation: {
    meaning: 'a required field is missing',
    remedy: 'Send the field that the description names.',
  },
  TypeConstraintViolation: {
    meaning: 'a field has the wrong type',
    remedy: 'Correct the type of the field that the description names.',
  },
} as const;

export type OcppErrorCode = keyof typeof OCPP_ERROR_CODES;
