/** What may be answered to a text on an OCPP socket, judged from OCPP-J's specification and the text alone. */
import { z } from 'zod';
import type { OcppVersion } from './schema-samples.js';

const ERROR_CODES: Readonly<Record<string, readonly string[]>> = {
  // OCPP-J 1.6, section 4.2.3, spelled as there; 2.0.1, part 4, section 4.3.
  'ocpp1.6': [
    ...[
      'NotImplemented',
      'NotSupported',
      'InternalError',
      'ProtocolError',
      'SecurityError',
      'FormationViolation',
    ],
    ...[
      'PropertyConstraintViolation',
      'OccurenceConstraintViolation',
      'TypeConstraintViolation',
      'GenericError',
    ],
  ],
  'ocpp2.0.1': [
    ...[
      'FormatViolation',
      'GenericError',
      'InternalError',
      'MessageTypeNotSupported',
      'NotImplemented',
      'NotSupported',
    ],
    ...['OccurrenceConstraintViolation', 'PropertyConstraintViolation', 'ProtocolError', 'RpcFrameworkError'],
    ...['SecurityError', 'TypeConstraintViolation'],
  ],
};

const answer = z.union([
  z.tuple([z.literal(3), z.string().min(1).max(36), z.record(z.string(), z.unknown())]),
  z.tuple([
    z.literal(4),
    z.string().min(1).max(36),
    z.string(),
    z.string().max(255),
    z.record(z.string(), z.unknown()),
  ]),
]);

export interface Call {
  readonly id: string;
  readonly action: string;
}

/** The CALL in a text, if it is one whose id can be answered. */
export function callIn(text: string): Call | null {
  const frame = arrayIn(text);
  if (frame?.[0] !== 2 || !isMessageId(frame[1]) || typeof frame[2] !== 'string') return null;
  return { id: frame[1], action: frame[2] };
}

/** An answer must not be answered; everything else is, once. */
export function isToBeAnswered(text: string): boolean {
  const frame = arrayIn(text);
  return !((frame?.[0] === 3 || frame?.[0] === 4) && isMessageId(frame[1]) && !isDeep(frame));
}

/** What is wrong with an answer to one of the calls, or null. Chance may give several of them one id: it is for any of these. */
export function answerFault(text: string, calls: readonly Call[], version: OcppVersion): string | null {
  const parsed = answer.safeParse(JSON.parse(text));
  if (!parsed.success) return 'it is neither a CALLRESULT nor a CALLERROR';
  if (parsed.data[0] === 4) {
    const code = parsed.data[2];
    return ERROR_CODES[version.subprotocol]?.includes(code) === true
      ? null
      : `${code} is no code of ${version.subprotocol}`;
  }
  const [, id, payload] = parsed.data;
  const faults = calls.filter((call) => call.id === id).map(({ action }) => version.fault(action, payload));
  if (faults.length === 0) return 'no call has its id';
  return faults.includes(null) ? null : (faults[0] ?? null);
}

export function idOf(answerText: string): unknown {
  return arrayIn(answerText)?.[1];
}

function arrayIn(text: string): readonly unknown[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? (value as unknown[]) : null;
  } catch {
    return null;
  }
}

function isMessageId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id.length <= 36 && !/[\p{Cc}\p{Cs}]/u.test(id);
}

/** Deeper than the 32 levels that docs/protocols.md allows: not read at all, hence refused. */
export function isDeep(value: unknown, level = 1): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return level > 32 || Object.values(value).some((field) => isDeep(field, level + 1));
}
