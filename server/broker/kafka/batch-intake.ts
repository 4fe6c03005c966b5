import type { Consumer, EachBatchPayload, IBatchProcessEvent } from 'kafkajs';
import { TIMED_OUT, within } from '../deadline.js';
import type { Consumption, LogBatch } from '../message-log.js';
import type { LogMetrics } from '../metrics.js';
import { outOfRange } from '../out-of-range.js';
import type { PartitionAssignment } from '../partition-assignment.js';
import type { KafkaAdmin } from './kafka-admin.js';
import { toLogBatch } from './log-batch.js';

export interface BatchIntakeOptions {
  readonly consumer: Consumer;
  readonly admin: KafkaAdmin;
  readonly topic: string;
  readonly metrics: LogMetrics;
  readonly consumption: Consumption;
  /** What is assigned now. */
  readonly assignments: ReadonlyMap<number, PartitionAssignment>;
  /** Ends the session, if the assignment is still current. */
  fail(assignment: PartitionAssignment, error: unknown): void;
}

/** A worker that takes a batch within this time gets the next one without its partition being held back. */
const GRACE_MS = 20;

/**
 * Takes kafkajs' batches and hands them to the worker.
 *
 * kafkajs fetches from a broker again only when all batches of the last fetch are done. So no batch is worked on inside
 * its callback: it is handed to its partition's assignment, and where the worker doesn't take it at once, the partition
 * is paused until it has. Fetching, and with it heartbeats, go on meanwhile.
 */
export class BatchIntake {
  readonly #options: BatchIntakeOptions;

  constructor(options: BatchIntakeOptions) {
    this.#options = options;
  }

  /** Lets kafkajs fetch a claimed partition from where it is expected to go on. */
  flow(assignment: PartitionAssignment): void {
    const { consumer, topic } = this.#options;
    const { partition, expected } = assignment;
    if (!assignment.current || expected === null) return;
    consumer.seek({ topic, partition, offset: String(expected) });
    consumer.resume([{ topic, partitions: [partition] }]);
  }

  /** kafkajs' eachBatch. What isn't resolved is fetched again, from where a seek or the last resolved offset says. */
  async take(payload: EachBatchPayload): Promise<void> {
    const { metrics, consumption, assignments } = this.#options;
    const assignment = assignments.get(payload.batch.partition);
    if (assignment?.current !== true || assignment.expected === null) return;
    if (!payload.isRunning() || payload.isStale()) return;
    const taken = toLogBatch(payload.batch);
    if (taken === null || !(await this.#goesOn(assignment, taken))) return;
    assignment.expected = taken.lastOffset + 1;
    assignment.highWatermark = taken.highWatermark;
    metrics.messages.inc({ outcome: 'delivered' }, taken.records.length);
    metrics.lag.set({ partition: taken.partition }, Math.max(taken.highWatermark - assignment.stored, 0));
    payload.resolveOffset(String(taken.lastOffset));
    const handed = assignment
      .hand(taken, consumption)
      .catch((error: unknown) => this.#options.fail(assignment, error));
    if ((await within(GRACE_MS, handed)) === TIMED_OUT) this.#holdBackUntil(handed, assignment);
  }

  /**
   * Told of each batch before `take`, and of those that hold nothing but a transaction's markers or what it took back:
   * kafkajs steps over them by itself, so they are no lag.
   */
  stepOver({ partition, batchSize, firstOffset, lastOffset }: IBatchProcessEvent): void {
    const assignment = this.#options.assignments.get(partition);
    if (batchSize > 0 || assignment?.current !== true || Number(firstOffset) !== assignment.expected) return;
    assignment.expected = Number(lastOffset) + 1;
  }

  #holdBackUntil(handed: Promise<void>, assignment: PartitionAssignment): void {
    const { consumer, topic } = this.#options;
    if (!assignment.current) return;
    const partitions = [{ topic, partitions: [assignment.partition] }];
    consumer.pause(partitions);
    void handed.then(() => {
      if (assignment.current) consumer.resume(partitions);
    });
  }

  /**
   * Whether the batch begins where the last one ended. kafkajs goes to the oldest record by itself when its offset is not
   * on the log, so a gap is looked at before anything behind it is delivered.
   */
  async #goesOn(assignment: PartitionAssignment, { partition, firstOffset }: LogBatch): Promise<boolean> {
    const { expected } = assignment;
    if (expected === null || firstOffset === expected) return true;
    if (firstOffset > expected && assignment.gapAt === firstOffset) return true;
    const { admin, topic } = this.#options;
    const range = await admin
      .offsets({ fresh: true })
      .then((ranges) => ranges.get(partition))
      .catch(() => undefined);
    if (!assignment.current) return false;
    if (range !== undefined && (expected < range.low || expected > range.high)) {
      this.#options.fail(assignment, outOfRange(`topic ${topic}`, partition, expected, range));
      return false;
    }
    // A gap that is still there when fetched from its beginning is one that the log has (compaction leaves such).
    if (range !== undefined) assignment.gapAt = firstOffset;
    this.flow(assignment);
    return false;
  }
}
