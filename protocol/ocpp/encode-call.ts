import type { EncodedCall } from '../charger-protocol.js';
import { excerpt } from '../excerpt.js';
import { isNestedTooDeep } from '../json-depth.js';
import { describeViolation } from './describe-violation.js';
import type { OcppVersion } from './ocpp-version.js';

/**
 * A call to a charge point, held to the letter of its schema: charge points err, we do not. An absent payload is an empty one.
 * Never throws for a payload that was parsed from JSON.
 */
export function encodeCall(
  { name, calls, schemas }: OcppVersion,
  messageId: string,
  action: string,
  payload: unknown = {},
): EncodedCall {
  if (!calls.has(action)) {
    const detail = `${excerpt(action)} is no action that a server calls in ${name}`;
    return { ok: false, fault: 'unknown_action', path: '', detail };
  }
  const text = JSON.stringify([2, messageId, action, payload]);
  if (isNestedTooDeep(text)) {
    return { ok: false, fault: 'invalid_payload', path: '', detail: 'it is nested deeper than 32 levels' };
  }
  const { validate } = schemas.request(action);
  if (validate(payload)) return { ok: true, text };
  const [error] = validate.errors ?? [];
  const violation = error === undefined ? { path: '', description: '' } : describeViolation(error);
  return {
    ...{ ok: false, fault: 'invalid_payload', path: violation.path },
    detail: violation.path === '' ? `the payload${violation.description}` : violation.description,
  };
}
