import { MeterpulseError } from '../../../helpers/meterpulse-error.js';
import { codeOf, failureOf } from '../../postgres-error.js';

/**
 * Why a read that failed on a replica is run again elsewhere.
 *
 * - `lost`: the replica, or the way to it, is gone; it is unfit at once.
 * - `busy`: it has no connection, memory or disk left for this read, or every connection of ours to it was in use for too long.
 * - `conflict`: replay had to remove what the read's snapshot still needed. It says nothing against the replica, but
 *   another one may be about to do the same: the primary never is.
 * - `behind`: it lacks a table or column, as between a migration and its replay. The primary knows.
 * - `cancelled`: somebody cancelled the statement there.
 */
export type FailoverCause = 'lost' | 'busy' | 'conflict' | 'behind' | 'cancelled';

const SCHEMA_BEHIND: ReadonlySet<string> = new Set([
  '42P01', // undefined_table
  '42703', // undefined_column
  '42883', // undefined_function
]);
/** Our own doing wherever the read runs, although to a writer these are signs of a lost connection. */
const OUR_OWN: ReadonlySet<string> = new Set([
  '25006', // read_only_sql_transaction
  '25P03', // idle_in_transaction_session_timeout
]);
const QUERY_CANCELED = '57014';
/** Class 53: memory, disk or connections are used up, for the moment. */
const INSUFFICIENT_RESOURCES = /^53...$/;

/** undefined: the read would fail the same way anywhere. A statement that met our own time limit comes as READ_TIMED_OUT. */
export function failoverCause(error: unknown): FailoverCause | undefined {
  if (error instanceof MeterpulseError) return undefined;
  const code = codeOf(error);
  if (code === QUERY_CANCELED) return 'cancelled';
  if (SCHEMA_BEHIND.has(code)) return 'behind';
  if (isOurOwn(error)) return undefined;
  if (INSUFFICIENT_RESOURCES.test(code)) return 'busy';
  const failure = failureOf(error);
  // In a transaction that only reads, contention on a standby is a conflict with recovery, and nothing else.
  if (failure === 'contention') return 'conflict';
  return failure === 'connection' ? 'lost' : undefined;
}

/** Whether we brought it on ourselves, by a write or by pausing for too long: it says nothing about the server. */
export function isOurOwn(error: unknown): boolean {
  return OUR_OWN.has(codeOf(error));
}
