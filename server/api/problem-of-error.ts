import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { problem, type Problem } from '../../controllers/problem.js';

/** Seconds; spread, so that the clients of an outage don't all come back in the same one. */
const RETRY_AFTER_MIN_S = 1;
const RETRY_AFTER_SPREAD_S = 5;

/**
 * The one place that turns errors into HTTP. Nothing of the error itself gets outside: its text may hold SQL, addresses
 * or data. `random` gives a number in [0, 1).
 */
export function problemOfError(error: unknown, random: () => number = Math.random): Problem {
  if (error instanceof MeterpulseError) {
    switch (error.code) {
      case 'DATABASE_UNAVAILABLE':
      case 'DATABASE_NOT_MIGRATED':
        return problem(
          'database-unavailable',
          "The database can't be reached at the moment. Try again later.",
          { headers: retryAfter(random) },
        );
      case 'LOG_UNAVAILABLE':
      case 'LOG_TOPIC_MISSING':
        return problem(
          'log-unavailable',
          "The message log can't be reached at the moment. Try again later.",
          { headers: retryAfter(random) },
        );
      case 'READ_TIMED_OUT':
        return problem(
          'query-timeout',
          'The query was cancelled. Ask for a shorter time range, fewer charge points or a smaller page.',
        );
      default:
        return internal();
    }
  }
  // What Express itself throws: a path that can't be decoded.
  if (error instanceof URIError || statusOf(error) === 400) {
    return problem('malformed-request', 'The path is not percent-encoded UTF-8.');
  }
  return internal();
}

export function retryAfter(random: () => number = Math.random): Readonly<Record<string, string>> {
  return { 'Retry-After': String(RETRY_AFTER_MIN_S + Math.floor(random() * RETRY_AFTER_SPREAD_S)) };
}

function internal(): Problem {
  return problem(
    'internal-error',
    'Something went wrong on our side. The log has more under this X-Request-Id.',
  );
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && 'status' in error ? error.status : undefined;
}
