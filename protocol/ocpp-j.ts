/**
 * OCPP-J's framing (JSON over WebSocket; section 4.2 of version 1.6, and of 2.0.1), without knowledge of any action:
 *
 *     CALL       = [2, id, action, payload]
 *     CALLRESULT = [3, id, payload]
 *     CALLERROR  = [4, id, code, description, details]
 */
import type { CallReply } from './charger-protocol.js';
import { excerpt } from './excerpt.js';
import { cleanText, isCleanText } from './identifier.js';
import { isNestedTooDeep } from './json-depth.js';
import type { OcppError, OcppErrorCode } from './ocpp-error-codes.js';
import type { RejectReason } from './reject.js';

/** Longest id of a message, in characters. */
export const MAX_MESSAGE_ID_LENGTH = 36;

/**
 * What a CALLERROR carries when the id of the faulty frame can't be read. Version 1.6 leaves that open; 2.0.1 demands "-1",
 * which no CALL of a charge point has by accident.
 */
export const UNREADABLE_ID = '-1';

export interface Call {
  readonly kind: 'call';
  readonly id: string;
  readonly action: string;
  readonly payload: unknown;
}

/** An answer to a CALL of ours: CALLRESULT or CALLERROR. */
export interface Answer {
  readonly kind: 'answer';
  readonly id: string;
  readonly reply: CallReply;
}

export interface MalformedFrame {
  readonly kind: 'malformed';
  /** null when it can't be read. */
  readonly id: string | null;
  readonly error: OcppError;
  readonly reason: RejectReason;
  readonly detail: string;
}

export type Frame = Call | Answer | MalformedFrame;

/** Reads a text frame. Never throws. */
export function parseFrame(text: string): Frame {
  if (isNestedTooDeep(text)) {
    const detail = 'the frame is nested deeper than 32 levels';
    return {
      kind: 'malformed',
      id: leadingId(text),
      error: 'unreadable',
      reason: 'nested_too_deep',
      detail,
    };
  }
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    const detail = 'the frame is not JSON';
    return {
      kind: 'malformed',
      id: leadingId(text),
      error: 'unreadable',
      reason: 'invalid_json',
      detail,
    };
  }
  if (!Array.isArray(frame)) return malformed(null, 'the frame is not an array');
  const [type, id, action] = frame as unknown[];
  if (!isMessageId(id)) return malformed(null, `the message id is ${excerpt(id)}`);
  if (type === 3) {
    return { kind: 'answer', id, reply: { kind: 'result', messageId: id, payload: frame[2] as unknown } };
  }
  if (type === 4) return { kind: 'answer', id, reply: errorReply(id, frame) };
  if (type !== 2) return malformed(id, `the message type is ${excerpt(type)}, not 2, 3 or 4`, 'messageType');
  if (typeof action !== 'string' || action === '') return malformed(id, `the action is ${excerpt(action)}`);
  if (frame.length < 4) return malformed(id, 'a CALL has four elements: 2, id, action and payload');
  return { kind: 'call', id, action, payload: frame[3] as unknown };
}

/** Charge points leave out the description or the details, which the specification demands. */
function errorReply(messageId: string, [, , code, description, details]: readonly unknown[]): CallReply {
  const text = (sent: unknown): string => (typeof sent === 'string' ? cleanText(sent.slice(0, 255)) : '');
  return {
    kind: 'error',
    messageId,
    code: text(code),
    description: text(description),
    details: details ?? {},
  };
}

function malformed(id: string | null, detail: string, error: OcppError = 'notRpc'): MalformedFrame {
  return { kind: 'malformed', id, error, reason: 'invalid_frame', detail };
}

function isMessageId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id.length <= MAX_MESSAGE_ID_LENGTH && isCleanText(id);
}

const LEADING_ID = /^\s{0,8}\[\s{0,8}2\s{0,8},\s{0,8}"([^"\\]{1,36})"/;

/** The id of a CALL that can't be parsed as a whole, so that its sender learns which one failed. */
function leadingId(text: string): string | null {
  const id = LEADING_ID.exec(text.slice(0, 100))?.[1];
  return id !== undefined && isCleanText(id) ? id : null;
}

export function callResult(id: string, payload: object): string {
  return JSON.stringify([3, id, payload]);
}

/** `description` is cut to the 255 characters that the specification allows. */
export function callError(
  id: string | null,
  code: OcppErrorCode,
  description: string,
  details: object = {},
): string {
  return JSON.stringify([4, id ?? UNREADABLE_ID, code, cleanText(description.slice(0, 255)), details]);
}
