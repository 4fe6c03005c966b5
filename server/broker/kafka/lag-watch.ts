import { pause } from '../deadline.js';
import type { LogMetrics } from '../metrics.js';
import type { PartitionAssignment } from '../partition-assignment.js';
import { StallWatch } from '../stall-watch.js';
import type { OffsetRange } from '../log-reader.js';
import type { KafkaAdmin } from './kafka-admin.js';

export interface LagWatchOptions {
  readonly admin: KafkaAdmin;
  readonly stallMs: number;
  readonly metrics: LogMetrics;
  /** What is assigned now. */
  readonly assignments: ReadonlyMap<number, PartitionAssignment>;
  /** There is something to read, and kafkajs delivers nothing. */
  onStalled(assignment: PartitionAssignment, range: OffsetRange): void;
}

const MIN_INTERVAL_MS = 50;
const MAX_INTERVAL_MS = 10_000;

/**
 * Asks Kafka itself how far the log goes, since a partition that is paused or lost to kafkajs tells nothing: keeps the
 * lag's metric true, and finds partitions that don't move although there is something to read.
 */
export class LagWatch {
  readonly #options: LagWatchOptions;
  readonly #stalls: StallWatch;

  constructor(options: LagWatchOptions) {
    this.#options = options;
    this.#stalls = new StallWatch(options);
  }

  /** Resolves when the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const everyMs = Math.max(Math.min(this.#options.stallMs / 4, MAX_INTERVAL_MS), MIN_INTERVAL_MS);
    while (!signal.aborted) {
      await pause(everyMs, signal);
      await this.#look();
    }
  }

  async #look(): Promise<void> {
    const { admin, metrics, assignments } = this.#options;
    if (assignments.size === 0) return;
    const ranges = await admin.offsets().catch(() => undefined);
    for (const assignment of assignments.values()) {
      const { partition, stored } = assignment;
      const range = ranges?.get(partition);
      if (range === undefined || assignment.expected === null || !assignment.current) continue;
      assignment.highWatermark = range.high;
      metrics.lag.set({ partition }, Math.max(range.high - Math.max(stored, range.low), 0));
      if (this.#stalls.look(assignment)) this.#options.onStalled(assignment, range);
    }
  }
}
