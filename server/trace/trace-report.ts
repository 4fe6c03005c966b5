import type { ChargePoint } from '../../store/read/charge-points.js';
import type { ConnectionRow } from '../../store/read/connections.js';
import type { QuarantinedPart } from '../../store/read/quarantine.js';
import type { AggregateOf } from '../../store/trace/aggregates-of.js';
import type { FeedPlace } from '../../store/trace/feed-places-of.js';
import type { LogPositions } from '../../store/trace/log-positions.js';
import type { NearestReadings } from '../../store/trace/nearest-readings.js';
import type { ArrivedReading, WaitingAround } from '../../store/trace/stored-around.js';
import type { OffsetRange } from '../broker/log-reader.js';
import type { Reading } from '../../protocol/reading.js';
import type { Arrivals, LookedAt } from './search-log.js';
import type { Fate } from './fate.js';
import type { Span, TracedMessage } from './traced-message.js';

export interface TraceQuestion {
  readonly chargePointId: string;
  /** Of the readings' own times, or of their arrival. */
  readonly span: Span;
  readonly messageId: string | null;
  /** When to look on the log; null: from five minutes before the span on. */
  readonly arrivals: Arrivals | null;
  /** Messages of a partition that are read over at most. */
  readonly maxMessages: number;
  readonly allPartitions: boolean;
}

/** A place that could not be asked. */
export interface Unreachable {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export interface FatedReading extends Reading {
  /** null: the database could not be asked. */
  readonly fate: Fate | null;
}

export interface FatedMessage extends Omit<TracedMessage, 'readings'> {
  readonly readings: readonly FatedReading[];
  /** Its offset is below the position: what came of it is in the database. null: the database could not be asked. */
  readonly isStored: boolean | null;
}

/** Facts of the database; null where it could not be asked. */
export interface DatabaseFacts extends LogPositions {
  /** null: it is not in the registry. */
  readonly chargePoint: ChargePoint | null;
  /** Ids of the registry that are nearly the same, where it is not. */
  readonly similarIds: readonly string[];
  /** The newest connection; null: it never connected by OCPP. */
  readonly connection: ConnectionRow | null;
  readonly standing: readonly ArrivedReading[];
  readonly losing: readonly ArrivedReading[];
  readonly waiting: readonly WaitingAround[];
  readonly quarantined: readonly QuarantinedPart[];
  /** There is more of one of these than is looked at. */
  readonly isCutOff: boolean;
  /** Where nothing stands: its readings around. */
  readonly nearest: NearestReadings | null;
  readonly aggregates: readonly AggregateOf[];
  readonly feed: readonly FeedPlace[];
  /** When the oldest row of the feed was committed; null: it is empty. */
  readonly feedOldestAt: Date | null;
}

export interface LogFacts {
  readonly kind: 'kafka' | 'inbox';
  readonly topic: string;
  readonly arrivals: Arrivals;
  readonly ranges: ReadonlyMap<number, OffsetRange>;
  readonly lookedAt: readonly LookedAt[];
  /** Read over, of all keys. */
  readonly messagesRead: number;
  readonly messages: readonly FatedMessage[];
  /** More of them than are shown. */
  readonly leftOut: number;
  /** What came at the beginning of `arrivals` was removed by retention. */
  readonly isTrimmed: boolean;
  /** The positions in the database are of another log. */
  readonly isAnotherLog: boolean;
}

export interface TraceReport {
  readonly question: TraceQuestion;
  /** ms since 1970 UTC. */
  readonly askedAtMs: number;
  readonly database: DatabaseFacts | null;
  readonly log: LogFacts | null;
  readonly unreachable: { readonly database: Unreachable | null; readonly log: Unreachable | null };
  readonly isInterrupted: boolean;
}
