/**
 * The faults that a CALLERROR of ours tells of, and how each version spells its code (OCPP-J 1.6, section 4.2.3, `Occurence`
 * included; OCPP-J 2.0.1, section 4.3): when we send each, and what the charge point's side does about it.
 */
export const OCPP_ERRORS = {
  notImplemented: {
    'ocpp1.6': 'NotImplemented',
    'ocpp2.0.1': 'NotImplemented',
    meaning: 'the action is none of this version of OCPP',
    remedy: 'Correct the name of the action; names are case-sensitive.',
  },
  notSupported: {
    'ocpp1.6': 'NotSupported',
    'ocpp2.0.1': 'NotSupported',
    meaning: 'the action is one that only a server calls',
    remedy: 'Leave it out: docs/conformance.md lists what is served.',
  },
  internal: {
    'ocpp1.6': 'InternalError',
    'ocpp2.0.1': 'InternalError',
    meaning: 'the log could not take the message now; `retryAfterMs` in the details says when to try again',
    remedy:
      'Keep the message and send it again: always safe. If it lasts, look at the gateway and at its log.',
  },
  unreadable: {
    'ocpp1.6': 'FormationViolation',
    'ocpp2.0.1': 'RpcFrameworkError',
    meaning: 'the frame is binary, not JSON text, or nested too deep',
    remedy: 'Send JSON text in text frames.',
  },
  notRpc: {
    'ocpp1.6': 'ProtocolError',
    'ocpp2.0.1': 'RpcFrameworkError',
    meaning: 'the frame is JSON, but no OCPP-J message',
    remedy: 'Send `[2, id, action, payload]` with an id of 1 to 36 characters.',
  },
  messageType: {
    'ocpp1.6': 'ProtocolError',
    'ocpp2.0.1': 'MessageTypeNotSupported',
    meaning: 'the number that the message begins with is not 2, 3 or 4',
    remedy: 'Begin a request with 2, an answer with 3, an error with 4.',
  },
  payload: {
    'ocpp1.6': 'FormationViolation',
    'ocpp2.0.1': 'FormatViolation',
    meaning: 'the payload is not an object, or larger than the log can take',
    remedy: 'Send an object as the payload.',
  },
  property: {
    'ocpp1.6': 'PropertyConstraintViolation',
    'ocpp2.0.1': 'PropertyConstraintViolation',
    meaning: 'a field has a value that is not allowed',
    remedy: 'Correct the field that the description names.',
  },
  occurrence: {
    'ocpp1.6': 'OccurenceConstraintViolation',
    'ocpp2.0.1': 'OccurrenceConstraintViolation',
    meaning: 'a required field is missing, or a list has too few elements',
    remedy: 'Send the field that the description names.',
  },
  type: {
    'ocpp1.6': 'TypeConstraintViolation',
    'ocpp2.0.1': 'TypeConstraintViolation',
    meaning: 'a field has the wrong type',
    remedy: 'Correct the type of the field that the description names.',
  },
} as const;

/** The versions of OCPP that are spoken. */
export type OcppVersionName = 'ocpp1.6' | 'ocpp2.0.1';
export type OcppError = keyof typeof OCPP_ERRORS;
export type OcppErrorCode = (typeof OCPP_ERRORS)[OcppError][OcppVersionName];
