import { jsonText } from '../excerpt.js';
import { isObject } from '../leniency.js';
import { describeViolation } from './describe-violation.js';
import type { OcppVersion } from './ocpp-version.js';
import { payloadSample } from './payload-sample.js';

/** Notes on one reply at most. */
export const MAX_REPLY_NOTES = 10;

/**
 * Where a charge point's answer to a call of ours differs from its schema, a sentence each; none for an answer to the letter.
 * The answer counts all the same: whoever asked sees it as it came. Never throws.
 *
 * @param action one that a server calls; of any other nothing is known
 */
export function judgeReply(
  { calls, schemas }: OcppVersion,
  action: string,
  payload: unknown,
): readonly string[] {
  if (!calls.has(action)) return [];
  if (!isObject(payload)) return ['the payload is not an object'];
  const sample = payloadSample(payload, jsonText(payload).length);
  if (sample === undefined) return ['the payload has more values than any real message'];
  const { validate } = schemas.response(action);
  if (validate(sample)) return [];
  return (validate.errors ?? [])
    .slice(0, MAX_REPLY_NOTES)
    .map((error) => describeViolation(error).description);
}
