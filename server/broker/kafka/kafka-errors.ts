import { ERROR_CODES, MeterpulseError } from '../../../helpers/meterpulse-error.js';
import { causesOf } from './causes-of.js';
import { kafkaRefusalOf } from './kafka-refusals.js';

/** The broker's name of an error (UNKNOWN_TOPIC_OR_PARTITION, ...), from the error or what it wraps. */
export function kafkaErrorType(error: unknown): string | undefined {
  for (const each of causesOf(error)) if ('type' in each && typeof each.type === 'string') return each.type;
  return undefined;
}

export function isTooLarge(error: unknown): boolean {
  const type = kafkaErrorType(error);
  return type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE';
}

export function isTopicMissing(error: unknown): boolean {
  return kafkaErrorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
}

/** kafkajs takes these for final: a coordinator that moves or loads its groups, and a lock that a hanging request holds. */
const PASSING = ['KafkaJSGroupCoordinatorNotFound', 'KafkaJSLockTimeout'];

/**
 * Whether the same may work later: connections, elections, timeouts. The innermost error knows. Node's own ERR_... codes
 * are those of mistakes, such as reading beyond a buffer.
 */
export function isTransient(error: unknown): boolean {
  const innermost = causesOf(error).at(-1);
  if (innermost === undefined) return false;
  if (PASSING.includes(innermost.name)) return true;
  if ('retriable' in innermost && typeof innermost.retriable === 'boolean') return innermost.retriable;
  return 'code' in innermost && typeof innermost.code === 'string' && !innermost.code.startsWith('ERR_');
}

/** For callers of publish, ping and the like: the log can't be asked now. */
export function asUnavailable(what: string, error: unknown): MeterpulseError {
  const refusal = kafkaRefusalOf(error);
  if (refusal !== undefined) {
    const { meaning, remedy } = refusal;
    return new MeterpulseError('LOG_UNAVAILABLE', `${what}, ${meaning}: ${messageOf(error)}`, {
      cause: error,
      remedy,
    });
  }
  return new MeterpulseError('LOG_UNAVAILABLE', `${what}: ${messageOf(error)}`, {
    cause: error,
    ...(isTopicMissing(error) ? { remedy: ERROR_CODES.LOG_TOPIC_MISSING.remedy } : {}),
    ...(isClosed(error) ? { remedy: `${ERROR_CODES.LOG_UNAVAILABLE.remedy} ${OF_CLOSED}` } : {}),
  });
}

/** In one line: OpenSSL ends its messages with a newline. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim();
}

const OF_CLOSED =
  'A listener that speaks TLS or SASL, or does not, closes connections too: look at KAFKA_SECURITY_PROTOCOL.';

/** What a broker does that stops, and one that hears something else than it expects. */
function isClosed(error: unknown): boolean {
  return causesOf(error).some(({ message }) =>
    /Closed connection|before secure TLS connection was established/.test(message),
  );
}
