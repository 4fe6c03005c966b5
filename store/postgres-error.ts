import { MeterpulseError } from '../helpers/meterpulse-error.js';
import { connectionRefusalOf } from './connection-refusal.js';

/** Outcomes that may be another one when the same transaction is run again. */
const CONTENTION: ReadonlySet<string> = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
]);

/** The server or the way to it is gone for the moment. Class 08 (connection exceptions) is meant as a whole. */
const CONNECTION: ReadonlySet<string> = new Set([
  '53300', // too_many_connections
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
  '57014', // query_canceled: statement_timeout
  '25P03', // idle_in_transaction_session_timeout
  '25006', // read_only_sql_transaction: a primary that has just become a standby
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** node-postgres gives these no code. */
const CONNECTION_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed)/;

export type Failure = 'contention' | 'connection' | 'other';

/** The SQLSTATE, or the code of a system call; '' when there is none. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

export function failureOf(error: unknown): Failure {
  // A name that resolves to several addresses fails with all their errors at once.
  if (error instanceof AggregateError && error.errors.length > 0) return failureOf(error.errors[0]);
  const code = codeOf(error);
  if (CONTENTION.has(code)) return 'contention';
  if (CONNECTION.has(code) || /^08...$/.test(code)) return 'connection';
  // A password may be on its way to the file that has it, or a certificate about to be renewed: no reason to give up what is held.
  if (connectionRefusalOf(error) !== undefined) return 'connection';
  return error instanceof Error && CONNECTION_MESSAGE.test(error.message) ? 'connection' : 'other';
}

/** One line about an error, whatever was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  // In one line: OpenSSL ends its messages with a newline.
  return (error instanceof Error ? error.message : String(error)).trim();
}

/** The same error for a bug or a MeterpulseError; DATABASE_UNAVAILABLE for an outage. */
export function asOutage(error: unknown): unknown {
  if (failureOf(error) === 'other') return error;
  const refusal = connectionRefusalOf(error);
  if (refusal !== undefined) {
    return new MeterpulseError(
      'DATABASE_UNAVAILABLE',
      `PostgreSQL can't be connected to, ${refusal.meaning}: ${messageOf(error)}`,
      { cause: error, remedy: refusal.remedy },
    );
  }
  return new MeterpulseError('DATABASE_UNAVAILABLE', `PostgreSQL can't be reached: ${messageOf(error)}`, {
    cause: error,
  });
}
