/**
 * The only way readings come into the database: one transaction a batch, with the positions they were read at.
 */
import type { ProtocolName } from '../protocol/envelope.js';
import type { Reading } from '../protocol/reading.js';
import type { Reject } from '../protocol/reject.js';
import type { SessionEvent } from '../protocol/session.js';
import type { SignedValue } from '../protocol/signed-value.js';

/** One record of the log, judged. It may have readings and rejects at once. */
export interface SinkMessage {
  readonly partition: number;
  readonly offset: number;
  /** null when the record could not be attributed (a poison record on the topic). */
  readonly chargePointId: string | null;
  readonly protocol: ProtocolName | null;
  readonly messageId: string | null;
  /** When the gateway heard it, ms since 1970 UTC; null for a poison record (the flush time is taken). */
  readonly receivedAt: number | null;
  /**
   * Of one charge point, the message's. Those of a StopTransaction, or of a TransactionEvent without EVSE, have the connector
   * `CONNECTOR_OF_SESSION`: the sink takes the session's, or keeps them waiting until that is told.
   */
  readonly readings: readonly Reading[];
  readonly rejects: readonly Reject[];
  /** Kept beside the readings; absent: none. Those whose connector is `CONNECTOR_OF_SESSION` wait for nothing. */
  readonly signedValues?: readonly SignedValue[];
  /** A charging session's start, stop or update; null for every other message. */
  readonly session: SessionEvent | null;
  /**
   * Id of the quarantined part that the message was re-driven from; null for every other. When the message has something
   * good, that part is resolved and the message's rejects are kept as new parts; when it has nothing good, or has rejects and
   * nothing good that is new, the part stays open with the new reason and nothing is added; when the part was resolved before,
   * the rejects are left out.
   */
  readonly redriveOf: number | null;
}

/** Moves one partition on, if nobody else has since this owner's last write (or claim). */
export interface PositionAdvance {
  readonly partition: number;
  readonly epoch: number;
  /** The position last written or claimed: never a batch's first offset, since logs have gaps. */
  readonly expectedOffset: number;
  readonly nextOffset: number;
}

export interface SinkBatch {
  /** In offset order within each partition. */
  readonly messages: readonly SinkMessage[];
  /** One for each partition in `messages`. */
  readonly positions: readonly PositionAdvance[];
}

/**
 * stored: at least one new reading, new conflicting value or new waiting reading or new signed value, or the first Start or Stop of
 * its session, or news of it in an Update; rejected: no good reading, no session and no signed value; duplicate: the others.
 * received = stored + duplicate + rejected.
 */
export interface MessageCounts {
  readonly received: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly rejected: number;
}

export interface ReadingCounts {
  /** New keys. */
  readonly stored: number;
  /** Same key and value as one stored, or as a conflict already kept. */
  readonly duplicate: number;
  /** Same key, a value not seen before for it. */
  readonly conflicting: number;
  /** Parts kept in quarantine. */
  readonly rejected: number;
}

export interface StoredCounts {
  readonly messages: MessageCounts;
  readonly readings: ReadingCounts;
}

export interface Claim {
  readonly partition: number;
  readonly epoch: number;
  /** null when the partition was never written. */
  readonly nextOffset: number | null;
}

export interface ReadingSink {
  /**
   * Takes ownership of a partition: raises its epoch, which waits for the transaction of the owner before. Rejects with
   * DATABASE_RESTORED where the store knows less than was stored before.
   *
   * @param storedBefore what is known to have been stored, as the offset after it, by partition. Default: nothing.
   */
  claim(partition: number, storedBefore?: ReadonlyMap<number, number>): Promise<Claim>;
  /**
   * Stores a batch whole or not at all. Rejects with OWNERSHIP_LOST (an {@link OwnershipLostError}) when an advance's
   * epoch or expected offset is not the stored one, and with DATABASE_UNAVAILABLE after its own retries of deadlocks,
   * serialization failures and lost connections failed; the same batch may then be stored again.
   */
  store(batch: SinkBatch): Promise<StoredCounts>;
  /**
   * The epochs in force now, of those partitions that were ever claimed, and of which no less is counted than was stored before.
   *
   * @param storedBefore offset after what was stored, by partition. Default: nothing.
   */
  currentEpochs(
    partitions: readonly number[],
    storedBefore?: ReadonlyMap<number, number>,
  ): Promise<ReadonlyMap<number, number>>;
  /**
   * Refuses with LOG_CLUSTER_CHANGED when positions were written for another log than `identity`, and with LOG_TOPIC_REPLACED when
   * its topic was made anew since: it is known by `incarnation`, where the log tells one (null: it doesn't).
   */
  bindLog(identity: string, incarnation: string | null): Promise<void>;
  ping(): Promise<void>;
}
