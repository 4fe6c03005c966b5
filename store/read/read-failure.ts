import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { asOutage, codeOf, messageOf } from '../postgres-error.js';

export const QUERY_CANCELED = '57014';
const READ_ONLY_TRANSACTION = '25006';
const UNDEFINED_TABLE = '42P01';
/** Class 53: memory, disk, lock table or connections are used up, for the moment. */
const INSUFFICIENT_RESOURCES = /^53...$/;

/** What a read rejects with: READ_TIMED_OUT, DATABASE_UNAVAILABLE, DATABASE_NOT_MIGRATED, or the error itself when it is a bug. */
export function readFailure(error: unknown, timeoutMs: number): unknown {
  switch (codeOf(error)) {
    case QUERY_CANCELED:
      return readTimedOut(error, timeoutMs);
    case UNDEFINED_TABLE:
      return new MeterpulseError('DATABASE_NOT_MIGRATED', 'the database lacks tables of meterpulse', {
        cause: error,
      });
    case READ_ONLY_TRANSACTION:
      // To a writer a sign that the primary moved; here it can only be our own mistake.
      return error;
    default:
      return INSUFFICIENT_RESOURCES.test(codeOf(error)) ? outage(error) : asOutage(error);
  }
}

export function readTimedOut(cause: unknown, timeoutMs: number): MeterpulseError {
  return new MeterpulseError('READ_TIMED_OUT', `the query took longer than ${timeoutMs} ms`, { cause });
}

function outage(error: unknown): MeterpulseError {
  return new MeterpulseError(
    'DATABASE_UNAVAILABLE',
    `PostgreSQL is short of resources: ${messageOf(error)}`,
    {
      cause: error,
    },
  );
}
