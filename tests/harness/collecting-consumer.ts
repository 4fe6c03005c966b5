import type {
  Consumption,
  LogBatch,
  LogRecord,
  MessageLog,
  StartPosition,
} from '../../server/broker/message-log.js';

export interface ConsumerEvent {
  readonly kind: 'assigned' | 'batch';
  readonly partition: number;
}

/** A consumer of a message log that keeps what it got, and its positions as a store would. */
export class CollectingConsumer {
  readonly log: MessageLog;
  readonly records: (LogRecord & { partition: number })[] = [];
  readonly events: ConsumerEvent[] = [];
  readonly positions: Map<number, number | null>;
  /** Resolves or rejects as `consume` does. */
  readonly ended: Promise<void>;
  /** What a batch waits for before it is taken. */
  beforeTaking: (batch: LogBatch) => Promise<void> = () => Promise.resolve();
  readonly #abort = new AbortController();

  /** `positions` shared by several consumers stand for the store they share. */
  constructor(
    log: MessageLog,
    options: {
      positions?: Map<number, number | null>;
      beforeTaking?: (batch: LogBatch) => Promise<void>;
      onAssigned?: Consumption['onAssigned'];
    } = {},
  ) {
    this.log = log;
    this.positions = options.positions ?? new Map<number, number | null>();
    if (options.beforeTaking !== undefined) this.beforeTaking = options.beforeTaking;
    this.ended = log.consume({
      onAssigned: async (partition, reported): Promise<StartPosition> => {
        this.events.push({ kind: 'assigned', partition });
        if (options.onAssigned !== undefined) return options.onAssigned(partition, reported);
        return { nextOffset: this.positions.get(partition) ?? null };
      },
      onBatch: async (batch) => {
        this.events.push({ kind: 'batch', partition: batch.partition });
        await this.beforeTaking(batch);
        for (const record of batch.records) this.records.push({ ...record, partition: batch.partition });
        this.positions.set(batch.partition, batch.lastOffset + 1);
      },
      signal: this.#abort.signal,
    });
    // A test that awaits `ended` still sees the rejection.
    this.ended.catch(() => undefined);
  }

  get values(): (string | null)[] {
    return this.records.map(({ value }) => (value === null ? null : Buffer.from(value).toString()));
  }

  /** Partitions assigned at least once. */
  get assigned(): number[] {
    return this.assignedSince(0);
  }

  /** Partitions assigned after so many events. */
  assignedSince(events: number): number[] {
    const assigned = this.events.slice(events).filter(({ kind }) => kind === 'assigned');
    return [...new Set(assigned.map(({ partition }) => partition))];
  }

  stop(): Promise<void> {
    this.#abort.abort();
    return this.ended;
  }
}
