import { excerpt } from './excerpt.js';
import { isAbsent } from './leniency.js';
import { Quality } from './reading.js';
import type { RejectReason } from './reject.js';
import { parseTimestamp } from './timestamp.js';

/** What is possible as a reading's time. */
export interface ReadingLimits {
  /** Milliseconds that a timestamp may be ahead of the message's arrival. */
  readonly maxAheadMs: number;
  /** Milliseconds since 1970 UTC; older timestamps are rejected. */
  readonly minTimestampMs: number;
}

/** Why a part of a request can't be used. */
export interface Fault {
  readonly ok: false;
  readonly reason: RejectReason;
  readonly detail: string;
}

export interface UsableTime {
  readonly ok: true;
  /** Milliseconds since 1970 UTC. */
  readonly ms: number;
  /** Bits of {@link Quality}. */
  readonly quality: number;
}

export function fault(reason: RejectReason, detail: string): Fault {
  return { ok: false, reason, detail };
}

/** @param receivedAt "now", ms since 1970 UTC */
export function usableTime(sent: unknown, receivedAt: number, limits: ReadingLimits): UsableTime | Fault {
  if (isAbsent(sent)) return fault('missing_timestamp', 'timestamp is missing');
  const timestamp = typeof sent === 'string' ? parseTimestamp(sent) : undefined;
  if (timestamp === undefined) return fault('invalid_timestamp', `timestamp is ${excerpt(sent)}`);
  if (timestamp.ms > receivedAt + limits.maxAheadMs) {
    return fault('timestamp_out_of_range', `timestamp ${excerpt(sent)} is too far ahead of its arrival`);
  }
  if (timestamp.ms < limits.minTimestampMs) {
    return fault('timestamp_out_of_range', `timestamp ${excerpt(sent)} is older than allowed`);
  }
  return { ok: true, ms: timestamp.ms, quality: timestamp.assumedUtc ? Quality.ASSUMED_UTC : 0 };
}
