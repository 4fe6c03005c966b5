import { AssignerProtocol, type Consumer, type EachBatchPayload, type Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { claimPartition } from '../claim-partition.js';
import { TIMED_OUT, within } from '../deadline.js';
import type { Consumption, LogBatch, StoredPosition } from '../message-log.js';
import type { LogMetrics } from '../metrics.js';
import { outOfRange } from '../out-of-range.js';
import { PartitionAssignment } from '../partition-assignment.js';
import type { KafkaAdmin } from './kafka-admin.js';
import { toLogBatch } from './log-batch.js';

export interface KafkaConsumptionOptions {
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

/** How long a fetch waits for records, and so how long a partition that was held back may wait for its next fetch. */
const FETCH_WAIT_MS = 200;
/** A worker that takes a batch within this time gets the next one without its partition being held back. */
const GRACE_MS = 20;
const MAX_BYTES_PER_PARTITION = 1024 * 1024;
const MAX_BYTES_PER_FETCH = 10 * MAX_BYTES_PER_PARTITION;
const PARTITIONS_AT_ONCE = 64;
const LEAVE_TIMEOUT_MS = 10_000;
/** The longest that a stop waits for the worker to take what it was handed. */
const SETTLE_TIMEOUT_MS = 30_000;

export type SessionEnd =
  | { readonly why: 'stopped' }
  | { readonly why: 'rejoin'; readonly reason: string }
  | { readonly why: 'crashed'; readonly error: unknown }
  | { readonly why: 'failed'; readonly error: unknown };

/**
 * One kafkajs consumer, from joining the group to leaving it.
 *
 * kafkajs fetches from a broker again only when all batches of the last fetch are done. So no batch is worked on inside
 * its callback: it is handed to its partition's assignment, and where the worker doesn't take it at once, the partition
 * is paused until it has. Fetching, and with it heartbeats, go on meanwhile.
 */
export class KafkaSession {
  /** Whether the group was joined: then an interruption starts its backoff anew. */
  joined = false;
  readonly #options: KafkaConsumptionOptions;
  readonly #assignments: Map<number, PartitionAssignment>;
  readonly #consumer: Consumer;
  readonly #ended: Promise<SessionEnd>;
  #end: (end: SessionEnd) => void = () => undefined;
  #memberId = '';
  #reclaiming = false;
  #over = false;

  constructor(options: KafkaConsumptionOptions, assignments: Map<number, PartitionAssignment>) {
    this.#options = options;
    this.#assignments = assignments;
    const { sessionTimeoutMs } = options;
    this.#ended = new Promise((resolve) => (this.#end = resolve));
    this.#consumer = options.kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.min(3_000, Math.floor(sessionTimeoutMs / 5)),
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
      maxBytes: MAX_BYTES_PER_FETCH,
      allowAutoTopicCreation: false,
      retry: { retries: 3, restartOnFailure: () => Promise.resolve(false) },
    });
    this.#consumer.on(this.#consumer.events.GROUP_JOIN, ({ payload }) => {
      this.joined = true;
      this.#memberId = payload.memberId;
      this.#assign(payload.memberAssignment[options.topic] ?? []);
    });
    this.#consumer.on(this.#consumer.events.CRASH, ({ payload }) => {
      this.#end({ why: 'crashed', error: payload.error });
    });
  }

  async run(): Promise<SessionEnd> {
    const { topic, consumption, stallMs } = this.#options;
    const stop = (): void => this.#end({ why: 'stopped' });
    consumption.signal.addEventListener('abort', stop, { once: true });
    const watch = setInterval(() => void this.#watch(), Math.max(Math.min(stallMs / 4, 10_000), 50));
    try {
      this.#start(topic).catch((error: unknown) => this.#end({ why: 'crashed', error }));
      if (consumption.signal.aborted) stop();
      const end = await this.#ended;
      await this.#leave(end);
      return end;
    } finally {
      clearInterval(watch);
      consumption.signal.removeEventListener('abort', stop);
    }
  }

  async report(positions: readonly StoredPosition[]): Promise<void> {
    const { topic, metrics } = this.#options;
    const ours = positions.filter(({ partition }) => this.#assignments.get(partition)?.current === true);
    for (const { partition, nextOffset } of ours) {
      const assignment = this.#assignments.get(partition);
      if (assignment === undefined) continue;
      assignment.stored = nextOffset;
      metrics.lag.set({ partition }, Math.max(assignment.highWatermark - nextOffset, 0));
    }
    if (ours.length === 0) return;
    await this.#consumer.commitOffsets(
      ours.map(({ partition, nextOffset }) => ({ topic, partition, offset: String(nextOffset) })),
    );
  }

  /**
   * Claims all partitions anew. Where the group still holds them to be ours, without leaving it: leaving would rebalance
   * everybody, who would lose partitions and reclaim in turn.
   */
  reclaim(): void {
    if (this.#reclaiming || this.#over) return;
    this.#reclaiming = true;
    this.#options.metrics.rejoins.inc({ reason: 'requested' });
    const assignments = [...this.#assignments.values()];
    for (const assignment of assignments) assignment.retire();
    const held = assignments.map(({ partition }) => partition);
    this.#holds(held)
      .then(
        (ours) => {
          // Joined again meanwhile: everything was claimed anew by that.
          if (
            assignments.some(
              ({ partition }, index) => this.#assignments.get(partition) !== assignments[index],
            )
          )
            return;
          if (ours) this.#assign(held);
          else this.#end({ why: 'rejoin', reason: 'ownership' });
        },
        () => this.#end({ why: 'rejoin', reason: 'ownership' }),
      )
      .finally(() => (this.#reclaiming = false));
  }

  async #start(topic: string): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topic, fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: (payload) => this.#take(payload),
    });
  }

  /** Whether the group, at rest, says that we hold exactly these. */
  async #holds(partitions: readonly number[]): Promise<boolean> {
    const group = await this.#consumer.describeGroup();
    const member = group.members.find(({ memberId }) => memberId === this.#memberId);
    if (group.state !== 'Stable' || member === undefined) return false;
    const assigned = AssignerProtocol.MemberAssignment.decode(member.memberAssignment);
    const ours = assigned?.assignment[this.#options.topic] ?? [];
    return ours.length === partitions.length && ours.every((each) => partitions.includes(each));
  }

  /** Called by kafkajs inside the joining, before it fetches: what is paused here isn't fetched until it is claimed. */
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
    const { topic, admin, consumption, logger } = this.#options;
    const { partition } = assignment;
    const claimed = await claimPartition({
      assignment,
      consumption,
      logger,
      logName: `topic ${topic}`,
      range: async (fresh) => (await admin.offsets({ fresh })).get(partition),
    });
    if (claimed) this.#flow(assignment);
  }

  /** Lets kafkajs fetch a claimed partition from where it is expected to go on. */
  #flow(assignment: PartitionAssignment): void {
    const { topic } = this.#options;
    const { partition, expected } = assignment;
    if (!assignment.current || this.#over || expected === null) return;
    this.#consumer.seek({ topic, partition, offset: String(expected) });
    this.#consumer.resume([{ topic, partitions: [partition] }]);
  }

  async #take(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { topic, metrics, consumption } = this.#options;
    const assignment = this.#assignments.get(batch.partition);
    const taken = toLogBatch(batch);
    // What isn't resolved is fetched again, from where a seek or the last resolved offset says.
    if (
      assignment?.current !== true ||
      assignment.expected === null ||
      !payload.isRunning() ||
      payload.isStale()
    )
      return;
    if (taken === null || !(await this.#goesOn(assignment, taken))) return;
    assignment.expected = taken.lastOffset + 1;
    assignment.highWatermark = taken.highWatermark;
    assignment.progressAt = performance.now();
    metrics.messages.inc({ outcome: 'delivered' }, taken.records.length);
    metrics.lag.set({ partition: taken.partition }, Math.max(taken.highWatermark - assignment.stored, 0));
    payload.resolveOffset(String(taken.lastOffset));
    const handed = assignment.hand(taken, consumption).catch((error: unknown) => {
      this.#fail(assignment, error);
    });
    if ((await within(GRACE_MS, handed)) !== TIMED_OUT || !this.#flows(assignment)) return;
    this.#consumer.pause([{ topic, partitions: [assignment.partition] }]);
    void handed.then(() => {
      if (this.#flows(assignment)) this.#consumer.resume([{ topic, partitions: [assignment.partition] }]);
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
    if (!this.#flows(assignment)) return false;
    if (range !== undefined && (expected < range.low || expected > range.high)) {
      this.#fail(assignment, outOfRange(`topic ${topic}`, partition, expected, range));
      return false;
    }
    // A gap that is still there when fetched from its beginning is one that the log has (control records leave such).
    if (range !== undefined) assignment.gapAt = firstOffset;
    this.#flow(assignment);
    return false;
  }

  #flows(assignment: PartitionAssignment): boolean {
    return assignment.current && !this.#over;
  }

  #fail(assignment: PartitionAssignment, error: unknown): void {
    if (this.#flows(assignment)) this.#end({ why: 'failed', error });
  }

  /** Finds partitions that don't move although there is something to read: kafkajs has lost some after rebalances. */
  async #watch(): Promise<void> {
    const { admin, topic, stallMs, metrics, logger } = this.#options;
    if (this.#assignments.size === 0) return;
    const ranges = await admin.offsets().catch(() => undefined);
    if (ranges === undefined) return;
    for (const assignment of this.#assignments.values()) {
      const { partition, expected, busy, stored, progressAt } = assignment;
      const range = ranges.get(partition);
      if (range === undefined || expected === null || !this.#flows(assignment)) continue;
      assignment.highWatermark = range.high;
      metrics.lag.set({ partition }, Math.max(range.high - Math.max(stored, range.low), 0));
      if (busy || range.high === expected) assignment.progressAt = performance.now();
      else if (performance.now() - progressAt > stallMs) {
        logger.warn({ topic, partition, expected, ...range }, 'a partition with lag delivers nothing');
        this.#end(
          expected < range.low || expected > range.high
            ? { why: 'failed', error: outOfRange(`topic ${topic}`, partition, expected, range) }
            : { why: 'rejoin', reason: 'stalled' },
        );
      }
    }
  }

  async #leave(end: SessionEnd): Promise<void> {
    this.#over = true;
    const settled = Promise.all([...this.#assignments.values()].map((each) => each.settled()));
    for (const assignment of this.#assignments.values()) {
      assignment.retire();
      this.#options.metrics.lag.remove({ partition: assignment.partition });
    }
    if (end.why === 'stopped' || end.why === 'failed') await within(SETTLE_TIMEOUT_MS, settled);
    await within(
      LEAVE_TIMEOUT_MS,
      this.#consumer.disconnect().catch((error: unknown) => {
        this.#options.logger.debug({ err: error }, 'leaving the consumer group failed');
      }),
    );
  }
}
