// Node sees some of kafkajs' exports by name only; AssignerProtocol is not among them.
import kafkajs, { type Consumer, type EachBatchPayload, type Kafka, type PartitionAssigner } from 'kafkajs';
import { backoffMs, pause, within } from '../deadline.js';
import type { LogWindow, ReadOptions, WindowRead } from '../log-reader.js';
import { WindowQueue } from '../window-queue.js';
import { asUnavailable, isTransient } from './kafka-errors.js';

export interface WindowReadingOptions extends ReadOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly groupId: string;
  readonly windows: readonly LogWindow[];
}

/** Without a record for this long the log counts as unavailable. */
const STALL_MS = 20_000;
const LEAVE_TIMEOUT_MS = 10_000;
const FETCH_WAIT_MS = 100;
const MAX_BYTES_PER_PARTITION = 4 * 1024 * 1024;

const ATTEMPTS = 8;

/** Reads windows by kafkajs consumers in a group of their own: the only way that kafkajs has of fetching. */
export class WindowReading {
  private readonly queues = new Map<number, WindowQueue>();
  private consumer: Consumer | undefined;
  private end: () => void = () => undefined;
  private fail: (error: unknown) => void = () => undefined;
  private records = 0;
  private stall: NodeJS.Timeout | undefined;

  constructor(private readonly options: WindowReadingOptions) {
    const partitions = [...new Set(options.windows.map(({ partition }) => partition))];
    for (const partition of partitions) {
      const windows = options.windows.filter((window) => window.partition === partition);
      this.queues.set(partition, new WindowQueue(windows));
    }
  }

  /** There is nothing to read (any more). */
  get isOver(): boolean {
    return this.unread().length === 0;
  }

  /** A failure that may pass, such as a coordinator that loads its groups, is met by going on where it was. Rejects with LOG_UNAVAILABLE. */
  async run(): Promise<void> {
    const { signal } = this.options;
    for (let attempt = 1; !this.isOver && !signal.aborted; attempt++) {
      try {
        await this.session();
        return;
      } catch (error) {
        if (attempt >= ATTEMPTS || !isTransient(error)) {
          throw asUnavailable('Kafka does not let the topic be read', error);
        }
        await pause(backoffMs(attempt), signal);
      }
    }
  }

  /** One consumer, from joining the group to leaving it. */
  private async session(): Promise<void> {
    const { signal } = this.options;
    const ended = new Promise<void>((resolve, reject) => {
      this.end = resolve;
      this.fail = reject;
    });
    const stop = (): void => this.end();
    signal.addEventListener('abort', stop, { once: true });
    this.progressed();
    const consumer = (this.consumer = this.createConsumer());
    const started = this.start(consumer).catch((error: unknown) => this.fail(error));
    try {
      await ended;
    } finally {
      clearTimeout(this.stall);
      signal.removeEventListener('abort', stop);
      this.consumer = undefined;
      // Not while it starts: kafkajs would go on, and stay in the group as a member that nobody knows of.
      await within(
        LEAVE_TIMEOUT_MS,
        started.then(() => consumer.disconnect()).catch(() => undefined),
      );
    }
  }

  result(): WindowRead[] {
    return [...this.queues.values()].flatMap((queue) => queue.result());
  }

  private async start(consumer: Consumer): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({ topic: this.options.topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => {
        this.take(payload);
        return Promise.resolve();
      },
    });
  }

  private createConsumer(): Consumer {
    const { kafka, groupId } = this.options;
    const consumer = kafka.consumer({
      groupId,
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
      partitionAssigners: [onlyThese(this.unread())],
      retry: { retries: 3, restartOnFailure: () => Promise.resolve(false) },
    });
    // Called inside the joining, before the first fetch.
    consumer.on(consumer.events.GROUP_JOIN, () => {
      for (const partition of this.unread()) this.seek(partition);
    });
    // Of what holds nothing but a transaction's markers there is no batch.
    consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) this.advance(payload.partition, Number(payload.lastOffset) + 1);
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => this.fail(payload.error));
    return consumer;
  }

  private take(payload: EachBatchPayload): void {
    const { batch } = payload;
    const queue = this.queues.get(batch.partition);
    const window = queue?.current;
    if (queue === undefined || window === undefined) return;
    if (payload.isStale() || !payload.isRunning()) return;
    const from = queue.position;
    let lastMs: number | null = null;
    for (const { offset: text, key, value, timestamp } of batch.messages) {
      const offset = Number(text);
      if (offset < from) continue;
      if (offset >= window.to) break;
      this.records++;
      lastMs = Number(timestamp);
      if (key?.toString() === this.options.key) {
        this.options.onRecord({ partition: batch.partition, offset, loggedAtMs: lastMs, value });
      }
    }
    const next = Number(batch.lastOffset()) + 1;
    payload.resolveOffset(batch.lastOffset());
    this.options.onProgress(this.records);
    this.advance(batch.partition, next, lastMs);
  }

  private advance(partition: number, offset: number, lastMs?: number | null): void {
    const queue = this.queues.get(partition);
    const before = queue?.current;
    if (queue === undefined || before === undefined) return;
    queue.advance(Math.min(offset, before.to), lastMs ?? undefined);
    this.progressed();
    if (queue.current === before) return;
    if (queue.current !== undefined) this.seek(partition);
    else if (this.isOver) this.end();
    else this.consumer?.pause([{ topic: this.options.topic, partitions: [partition] }]);
  }

  private seek(partition: number): void {
    const offset = String(this.queues.get(partition)?.position ?? 0);
    this.consumer?.seek({ topic: this.options.topic, partition, offset });
  }

  private unread(): number[] {
    return [...this.queues].flatMap(([partition, queue]) => (queue.current === undefined ? [] : [partition]));
  }

  private progressed(): void {
    clearTimeout(this.stall);
    this.stall = setTimeout(() => this.fail(new Error(`nothing came for ${STALL_MS} ms`)), STALL_MS);
  }
}

/** Gives these partitions alone to the one member there is. */
function onlyThese(partitions: readonly number[]): PartitionAssigner {
  const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;
  const name = 'MeterpulseTrace';
  return () => ({
    name,
    version: 1,
    assign: ({ members, topics }) =>
      Promise.resolve(
        members.map(({ memberId }) => ({
          memberId,
          memberAssignment: MemberAssignment.encode({
            version: 1,
            assignment: Object.fromEntries(topics.map((topic) => [topic, [...partitions]])),
            userData: Buffer.alloc(0),
          }),
        })),
      ),
    protocol: ({ topics }) => ({
      name,
      metadata: MemberMetadata.encode({ version: 1, topics, userData: Buffer.alloc(0) }),
    }),
  });
}
