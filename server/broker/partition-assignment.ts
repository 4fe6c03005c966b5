import type { Consumption, LogBatch } from './message-log.js';

/**
 * One partition from its assignment until the next one. Hands batches over one after the other, across assignments too:
 * a batch waits for the worker's answer to the last one of the assignment before.
 */
export class PartitionAssignment {
  readonly partition: number;
  /** The offset that the next record should have; null until the claim. */
  expected: number | null = null;
  /** Offset after the newest record, as last heard. */
  highWatermark = 0;
  /** Below it everything is stored, as last reported. */
  stored = 0;
  /** First offset after a gap that a second look confirmed, see the Kafka consumer. */
  gapAt: number | null = null;
  #current = true;
  #pending = 0;
  #chain: Promise<void>;

  constructor(partition: number, previous?: PartitionAssignment) {
    this.partition = partition;
    this.#chain = previous === undefined ? Promise.resolve() : previous.settled();
  }

  /** False when a later assignment took its place: nothing more is delivered through this one. */
  get current(): boolean {
    return this.#current;
  }

  /** Whether the worker has a batch that it hasn't taken yet. */
  get busy(): boolean {
    return this.#pending > 0;
  }

  retire(): void {
    this.#current = false;
  }

  /** Resolves when the worker has taken the batch, or at once when the assignment is over. Rejects as onBatch does. */
  hand(batch: LogBatch, consumption: Consumption): Promise<void> {
    this.#pending += 1;
    const handed = this.#chain.then(async () => {
      try {
        if (this.#current) await consumption.onBatch(batch);
      } finally {
        this.#pending -= 1;
      }
    });
    this.#chain = handed.catch(() => undefined);
    return handed;
  }

  /** Resolves when no onBatch is under way. */
  settled(): Promise<void> {
    return this.#chain;
  }
}
