import type { Consumer, Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { claimPartition } from '../claim-partition.js';
import { within } from '../deadline.js';
import type { Consumption, StoredPosition } from '../message-log.js';
import type { LogMetrics } from '../metrics.js';
import { outOfRange } from '../out-of-range.js';
import { PartitionAssignment } from '../partition-assignment.js';
import { BatchIntake } from './batch-intake.js';
import { isHeldBy } from './group-membership.js';
import type { OffsetRange } from '../log-reader.js';
import type { KafkaAdmin } from './kafka-admin.js';
import { LagWatch } from './lag-watch.js';

export interface KafkaSessionOptions {
  readonly kafka: Kafka;
  readonly admin: KafkaAdmin;
  readonly topic: string;
  readonly groupId: string;
  readonly sessionTimeoutMs: number;
  readonly stallMs: number;
  readonly logger: Logger;
  readonly metrics: LogMetrics;
  readonly consumption: Consumption;
}

export type SessionEnd =
  | { readonly why: 'stopped' }
  /** The group was left to get its partitions moving or claimed again. */
  | { readonly why: 'rejoin'; readonly reason: 'requested' | 'stalled' }
  /** kafkajs gave up; whether another session can help, its error tells. */
  | { readonly why: 'crashed'; readonly error: unknown }
  /** The worker or the log fails for good. */
  | { readonly why: 'failed'; readonly error: unknown };

/** How long a fetch waits for records, and so how long a partition that was held back may wait for its next fetch. */
const FETCH_WAIT_MS = 200;
const MAX_BYTES_PER_PARTITION = 1024 * 1024;
const MAX_BYTES_PER_FETCH = 10 * MAX_BYTES_PER_PARTITION;
const PARTITIONS_AT_ONCE = 64;
const LEAVE_TIMEOUT_MS = 10_000;
/** The longest that a stop waits for the worker to take what it was handed. */
const SETTLE_TIMEOUT_MS = 30_000;

/** One kafkajs consumer, from joining the group to leaving it. */
export class KafkaSession {
  /** Whether the group was joined: then an interruption starts its backoff anew. */
  joined = false;
  readonly #options: KafkaSessionOptions;
  readonly #assignments: Map<number, PartitionAssignment>;
  readonly #consumer: Consumer;
  readonly #intake: BatchIntake;
  readonly #ended: Promise<SessionEnd>;
  #end: (end: SessionEnd) => void = () => undefined;
  #memberId = '';
  /** All is about to be claimed anew by itself: by the first join, a rebalance under way, or the next session. */
  #joining = true;
  #reclaiming = false;
  #over = false;

  /** `assignments` outlive a session, so that the next one's batches wait for what the worker has in hand of this one. */
  constructor(options: KafkaSessionOptions, assignments: Map<number, PartitionAssignment>) {
    this.#options = options;
    this.#assignments = assignments;
    this.#ended = new Promise((resolve) => (this.#end = resolve));
    this.#consumer = this.#createConsumer();
    this.#intake = new BatchIntake({
      ...options,
      consumer: this.#consumer,
      assignments,
      fail: (assignment, error) => this.#fail(assignment, error),
    });
  }

  async run(): Promise<SessionEnd> {
    const { signal } = this.#options.consumption;
    const stop = (): void => this.#end({ why: 'stopped' });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const watching = new AbortController();
    void this.#createLagWatch().run(watching.signal);
    const started = this.#start().catch((error: unknown) => this.#end({ why: 'crashed', error }));
    const end = await this.#ended;
    watching.abort();
    signal.removeEventListener('abort', stop);
    await this.#leave(end, started);
    return end;
  }

  async report(positions: readonly StoredPosition[]): Promise<void> {
    const { topic, metrics } = this.#options;
    const offsets = [];
    for (const { partition, nextOffset } of positions) {
      const assignment = this.#assignments.get(partition);
      if (assignment?.current !== true) continue;
      assignment.stored = nextOffset;
      metrics.lag.set({ partition }, Math.max(assignment.highWatermark - nextOffset, 0));
      offsets.push({ topic, partition, offset: String(nextOffset) });
    }
    if (offsets.length > 0) await this.#consumer.commitOffsets(offsets);
  }

  /**
   * Claims all partitions anew. Where the group still holds them to be ours, without leaving it: leaving would rebalance
   * everybody, who would lose partitions and reclaim in turn.
   */
  reclaim(): void {
    if (this.#reclaiming || this.#over) return;
    this.#retireAll();
    if (this.#joining) return;
    this.#reclaiming = true;
    void this.#reclaimHeld().finally(() => (this.#reclaiming = false));
  }

  async #reclaimHeld(): Promise<void> {
    const { topic, metrics } = this.#options;
    const before = [...this.#assignments.values()];
    const partitions = before.map(({ partition }) => partition);
    this.#consumer.pause([{ topic, partitions }]);
    const membership = { memberId: this.#memberId, topic, partitions };
    const held = await isHeldBy(this.#consumer, membership).catch(() => false);
    // A rebalance came in between: it claims everything anew.
    const changed = before.some((each) => this.#assignments.get(each.partition) !== each);
    if (this.#over || this.#joining || changed) return;
    if (held) {
      metrics.rejoins.inc({ reason: 'requested' });
      this.#assign(partitions);
    } else this.#end({ why: 'rejoin', reason: 'requested' });
  }

  /** Nothing more is delivered until the partitions are claimed anew. */
  #retireAll(): void {
    for (const assignment of this.#assignments.values()) assignment.retire();
  }

  #createConsumer(): Consumer {
    const { kafka, groupId, sessionTimeoutMs, topic } = this.#options;
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.min(3_000, Math.floor(sessionTimeoutMs / 5)),
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
      maxBytes: MAX_BYTES_PER_FETCH,
      allowAutoTopicCreation: false,
      retry: { retries: 3, restartOnFailure: () => Promise.resolve(false) },
    });
    consumer.on(consumer.events.REBALANCING, () => {
      this.#joining = true;
    });
    // Called inside the joining, before the first fetch.
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.joined = true;
      this.#joining = false;
      this.#memberId = payload.memberId;
      this.#assign(payload.memberAssignment[topic] ?? []);
    });
    // Of a crash this comes first. From here on kafkajs refuses to pause, resume or seek.
    consumer.on(consumer.events.STOP, () => {
      this.#joining = true;
      this.#retireAll();
    });
    consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => this.#intake.stepOver(payload));
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      this.#end({ why: 'crashed', error: payload.error });
    });
    return consumer;
  }

  #createLagWatch(): LagWatch {
    return new LagWatch({
      ...this.#options,
      assignments: this.#assignments,
      onStalled: (assignment, range) => this.#stalled(assignment, range),
    });
  }

  async #start(): Promise<void> {
    const steps = [
      () => this.#consumer.connect(),
      () => this.#consumer.subscribe({ topic: this.#options.topic, fromBeginning: true }),
      () =>
        this.#consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
          eachBatch: (payload) => this.#intake.take(payload),
        }),
    ];
    for (const step of steps) if (!this.#over) await step();
  }

  /** What is paused here isn't fetched until it is claimed. */
  #assign(partitions: readonly number[]): void {
    const { topic, metrics } = this.#options;
    if (this.#over) return;
    const before = new Map(this.#assignments);
    this.#assignments.clear();
    for (const [partition, assignment] of before) {
      assignment.retire();
      if (!partitions.includes(partition)) metrics.lag.remove({ partition });
    }
    this.#consumer.pause([{ topic, partitions: [...partitions] }]);
    for (const partition of partitions) {
      const assignment = new PartitionAssignment(partition, before.get(partition));
      this.#assignments.set(partition, assignment);
      this.#claim(assignment).catch((error: unknown) => this.#fail(assignment, error));
    }
  }

  async #claim(assignment: PartitionAssignment): Promise<void> {
    const { topic, admin, groupId, consumption, logger } = this.#options;
    const claimed = await claimPartition({
      assignment,
      consumption,
      logger,
      logName: `topic ${topic}`,
      reported: () => admin.reportedOffsets(groupId),
      range: async (fresh) => (await admin.offsets({ fresh })).get(assignment.partition),
    });
    if (claimed) this.#intake.flow(assignment);
  }

  #stalled(assignment: PartitionAssignment, range: OffsetRange): void {
    const { topic, logger } = this.#options;
    const { partition, expected } = assignment;
    logger.warn({ topic, partition, expected, ...range }, 'a partition with lag delivers nothing');
    if (expected !== null && (expected < range.low || expected > range.high)) {
      this.#fail(assignment, outOfRange(`topic ${topic}`, partition, expected, range));
    } else this.#end({ why: 'rejoin', reason: 'stalled' });
  }

  #fail(assignment: PartitionAssignment, error: unknown): void {
    if (assignment.current) this.#end({ why: 'failed', error });
  }

  async #leave(end: SessionEnd, started: Promise<void>): Promise<void> {
    const { metrics, logger } = this.#options;
    this.#over = true;
    this.#retireAll();
    const assignments = [...this.#assignments.values()];
    for (const { partition } of assignments) metrics.lag.remove({ partition });
    if (end.why === 'stopped' || end.why === 'failed') {
      await within(SETTLE_TIMEOUT_MS, Promise.all(assignments.map((each) => each.settled())));
    }
    // Not while it starts: kafkajs would go on, and stay in the group as a member that nobody knows of.
    const left = started
      .then(() => this.#consumer.disconnect())
      .catch((error: unknown) => logger.debug({ err: error }, 'leaving the consumer group failed'));
    await within(LEAVE_TIMEOUT_MS, left);
  }
}
