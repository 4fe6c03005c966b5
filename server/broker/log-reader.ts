/**
 * Reads parts of the message log for somebody who looks for a message: outside of the workers' group, without moving any
 * position. Two adapters, `kafka/` and `inbox/`, pass one contract suite (`tests/integration/log-reader.test.ts`).
 */
export interface OffsetRange {
  /** Offset of the oldest record that the log still has. */
  readonly low: number;
  /** Offset after the newest one. */
  readonly high: number;
}

/** A part of a partition, half-open. */
export interface LogWindow {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** A record with the key that was asked for. */
export interface FoundRecord {
  readonly partition: number;
  readonly offset: number;
  /** When the log took it, ms since 1970 UTC: by the clock of the gateway (Kafka) or of the database (inbox). */
  readonly loggedAtMs: number;
  readonly value: Uint8Array | null;
}

/** How far a window was read. */
export interface WindowRead extends LogWindow {
  /** Offset up to which it was read: `to`, unless the signal aborted. */
  readonly reached: number;
  /** When the last record that was read in it was logged, of whatever key; null: there was none. */
  readonly reachedMs: number | null;
}

export interface ReadOptions {
  /** The charge point id: records of other keys are read over. */
  readonly key: string;
  readonly onRecord: (record: FoundRecord) => void;
  /** Told now and then: records read over so far, of all windows. */
  readonly onProgress: (records: number) => void;
  readonly signal: AbortSignal;
}

/** All reject with LOG_UNAVAILABLE, or LOG_TOPIC_MISSING (inbox: DATABASE_NOT_MIGRATED). */
export interface LogReader {
  /** Where a key is put now. Before partitions were added it may have been another one. */
  partitionOf(key: string): Promise<number>;
  ranges(): Promise<ReadonlyMap<number, OffsetRange>>;
  /** Offset of the first record that was logged at `ms` or later; the partition's end when there is none. */
  offsetAt(partition: number, ms: number): Promise<number>;
  /** Reads windows, which must not overlap, in the order of their offsets. Resolves early when the signal aborts. */
  read(windows: readonly LogWindow[], options: ReadOptions): Promise<WindowRead[]>;
  /** As {@link MessageLog.identity}. */
  identity(): Promise<string>;
  close(): Promise<void>;
}
