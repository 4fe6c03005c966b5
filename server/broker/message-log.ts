/**
 * The message log: where acknowledged messages are durable before they are stored. Two adapters, `kafka/` and `inbox/`,
 * pass one contract suite (`tests/integration/message-log.contract.ts`).
 *
 * Offsets are whole numbers below 2^53 (at a million records a second that lasts 285 years).
 */
export interface LogMessage {
  /** The charge point id: messages of one key keep their order on one partition. */
  readonly key: string;
  readonly value: string;
}

export interface LogRecord {
  readonly offset: number;
  readonly key: string | null;
  /** null for a tombstone; a worker treats it as unreadable. */
  readonly value: Uint8Array | null;
}

export interface LogBatch {
  readonly partition: number;
  /** Records in offset order; never empty. Offsets may have gaps. */
  readonly records: readonly LogRecord[];
  /** With `lastOffset`: what the batch covers. Offsets at its ends may have no record (Kafka's markers of transactions). */
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** The offset after the newest record on the partition when the batch was fetched. */
  readonly highWatermark: number;
}

/** Where a partition is to be read from; null: nothing was stored yet, begin at the oldest record. */
export interface StartPosition {
  readonly nextOffset: number | null;
}

export interface Consumption {
  /**
   * Called each time this consumer is given a partition, and for all its partitions anew after each rebalance, before
   * any of their batches. The worker claims ownership in the store here and drops what it had buffered of it.
   * When it rejects with an error that a retry can help, it is called again for as long as the assignment lasts.
   *
   * @param reported what was last told by {@link MessageLog.reportStored}, by whomever: next offset by partition. Where nothing is
   *   kept of it, or not yet: without an entry.
   */
  onAssigned(partition: number, reported: ReadonlyMap<number, number>): Promise<StartPosition>;
  /** Resolves when the worker has taken the batch; until then no further batch of that partition comes: backpressure. */
  onBatch(batch: LogBatch): Promise<void>;
  /** Aborting stops fetching, waits for onBatch calls under way, leaves the group; then `consume` resolves. */
  readonly signal: AbortSignal;
}

/** What is stored up to where, told to the log for lag monitoring only: the store's position is the truth. */
export interface StoredPosition {
  readonly partition: number;
  readonly nextOffset: number;
}

export interface MessageLog {
  /**
   * Resolves when every message is durable (Kafka: acks=all with min.insync.replicas; inbox: committed).
   * Rejects with LOG_UNAVAILABLE (may or may not be written: resending is safe) or LOG_MESSAGE_TOO_LARGE.
   */
  publish(messages: readonly LogMessage[]): Promise<void>;
  /**
   * Joins the consumer group and delivers batches until the signal aborts (resolves) or the log fails for good (rejects
   * with a MeterpulseError). One consumption an instance.
   */
  consume(consumption: Consumption): Promise<void>;
  /** Best effort, never throws. */
  reportStored(positions: readonly StoredPosition[]): Promise<void>;
  /** Drops the claim of partitions whose ownership was lost: rejoins, so that onAssigned is called for what is still ours. */
  rejoin(): void;
  /** Asks the log itself; rejects when it can't be reached. For readiness. */
  ping(): Promise<void>;
  /** An id of the log as a whole, that changes when it is made anew (Kafka: cluster id). */
  identity(): Promise<string>;
  /** An id of the topic, that changes when it is made anew within the log; null: there is none, or the log can't tell. */
  incarnation(): Promise<string | null>;
  /** Number of partitions of the topic. */
  partitionCount(): Promise<number>;
  close(): Promise<void>;
}
