import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { ReadingLimits } from '../../protocol/usable-time.js';
import type { ReadingSink } from '../../store/reading-sink.js';
import type { LogBatch, MessageLog, StartPosition } from '../broker/message-log.js';
import { repeat } from '../lifecycle/repeat.js';
import { BatchBuffer } from './batch-buffer.js';
import { Flusher, type JudgedRecord } from './flusher.js';
import { judgeRecord } from './judge-record.js';
import { createWorkerMetrics } from './metrics.js';
import { Ownerships, type Ownership } from './ownership.js';
import { retryForever, wait, type Wait } from './retry.js';
import { StoredReporter } from './stored-reporter.js';
import { aborted } from '../lifecycle/aborted.js';

export interface WorkerOptions {
  readonly log: MessageLog;
  readonly sink: ReadingSink;
  readonly limits: ReadingLimits;
  /** Rows (readings and rejects) in a flush. */
  readonly maxRows: number;
  /** Milliseconds that the oldest row waits at most for a flush to begin, once the one before has ended. */
  readonly maxWaitMs: number;
  /** Flush at once what arrives while the sink is idle. Default: true. */
  readonly flushWhenIdle?: boolean;
  /** Flushes under way at most, of different partitions; each has a connection of its own. Default: 1. */
  readonly flushesMax?: number;
  /** Rows held at most; above it the log is no longer read. */
  readonly bufferRows: number;
  /** Milliseconds from the stop signal to the end of `run`, at most. */
  readonly stopTimeoutMs: number;
  /** Milliseconds between questions to the store whether the claims still hold. Default 5,000. */
  readonly ownershipCheckMs?: number;
  /** Between tries during an outage. Default: the real clock. */
  readonly wait?: Wait;
  readonly logger: Logger;
  readonly registry: Registry;
}

const OWNERSHIP_CHECK_MS = 5_000;

/**
 * From the log to the sink, in the order of the data: records are read, judged, buffered, stored together with the position
 * they were read up to, and reported. The position in the store is the truth; whatever isn't stored is read again.
 */
export class Worker {
  private readonly ownerships = new Ownerships();
  private readonly buffer: BatchBuffer<JudgedRecord>;
  private readonly flusher: Flusher;
  private readonly reporter: StoredReporter;
  /** Aborts to leave the log. */
  private readonly leave = new AbortController();
  /** Aborts to give up what the database doesn't take. */
  private readonly giveUp = new AbortController();
  /** Aborts at the first failure that no retry helps; its reason is the error. */
  private readonly failed = new AbortController();
  /** The last claim of each partition, settled or under way. Never rejects. */
  private readonly claims = new Map<number, Promise<void>>();
  private binding: Promise<void> | undefined;
  private consuming = false;
  private storeReachable = true;

  constructor(private readonly options: WorkerOptions) {
    const { log, sink, maxRows, maxWaitMs, bufferRows, logger, registry } = options;
    this.reporter = new StoredReporter(log);
    this.flusher = new Flusher({
      sink,
      ownerships: this.ownerships,
      logger,
      metrics: createWorkerMetrics(registry, {
        bufferRows: () => this.buffer.rows,
        partitions: () => this.ownerships.count,
        oldestSeconds: () => this.oldestSeconds(),
      }),
      wait: options.wait ?? wait,
      now: Date.now,
      giveUp: this.giveUp.signal,
      onStored: (positions) => this.reporter.report(positions),
      onLost: (lost) => this.drop(lost),
    });
    this.buffer = new BatchBuffer({
      maxRows,
      maxWaitMs,
      bufferRows,
      flushWhenIdle: options.flushWhenIdle ?? true,
      flushesMax: options.flushesMax ?? 1,
      now: () => performance.now(),
      schedule: (run, ms) => void setTimeout(run, ms),
      flush: (records, reason) => this.flusher.flush(records, reason),
      onFailure: (error) => this.fail(error),
    });
  }

  /**
   * Runs until the signal aborts: then it takes nothing more, flushes what it has, leaves the log and resolves, within
   * `stopTimeoutMs`. Rejects when the log or the sink fails in a way that no retry helps. To be called once.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { stopTimeoutMs, logger } = this.options;
    if (signal.aborted) return;
    const consumption = this.consume();
    void repeat(
      () => this.checkOwnership(),
      {
        everyMs: this.options.ownershipCheckMs ?? OWNERSHIP_CHECK_MS,
        onError: (error) => logger.debug({ err: error }, 'The store could not be asked for its owners'),
      },
      this.leave.signal,
    );
    await Promise.race([aborted(signal), aborted(this.failed.signal), consumption]);

    const timer = setTimeout(() => this.giveUp.abort(), stopTimeoutMs);
    await Promise.race([this.stop(consumption), aborted(this.giveUp.signal)]);
    clearTimeout(timer);
    this.leave.abort();
    if (this.failed.signal.aborted) throw this.failed.signal.reason;
    if (this.giveUp.signal.aborted) {
      logger.warn(
        { code: 'STOP_TIMED_OUT', rows: this.buffer.rows },
        'Not everything was stored in time; it is read again at the next start',
      );
    }
  }

  /** False before the log is joined, after it was left, and while the database takes nothing. */
  isReady(): boolean {
    return this.consuming && this.storeReachable && this.flusher.healthy;
  }

  /** Throws what keeps it from being ready. */
  checkReady(): void {
    if (!this.consuming) throw new MeterpulseError('LOG_UNAVAILABLE', 'the worker does not read the log');
    if (!this.isReady())
      throw new MeterpulseError('DATABASE_UNAVAILABLE', 'the worker can store nothing now');
  }

  private async consume(): Promise<void> {
    const { log } = this.options;
    try {
      await this.retried('The log could not be bound to the store', () => this.bind());
      this.consuming = true;
      await log.consume({
        onAssigned: (partition, reported) => this.claim(partition, reported),
        onBatch: (batch) => this.take(batch),
        signal: this.leave.signal,
      });
    } catch (error) {
      this.fail(error);
    } finally {
      this.consuming = false;
    }
  }

  /** Claims that come together share one. */
  private bind(): Promise<void> {
    const { log, sink } = this.options;
    this.binding ??= Promise.all([log.identity(), log.incarnation()])
      .then(([identity, incarnation]) => sink.bindLog(identity, incarnation))
      .finally(() => (this.binding = undefined));
    return this.binding;
  }

  private async claim(partition: number, reported: ReadonlyMap<number, number>): Promise<StartPosition> {
    const ticket = this.ownerships.begin(partition);
    this.buffer.drop(({ ownership }) => ownership.partition === partition);
    // One after the other: of two claims under way the older could raise the epoch last, and fence ourselves out.
    const before = this.claims.get(partition) ?? Promise.resolve();
    const claimed = before.then(() => this.claimNow(ticket, partition, reported));
    this.claims.set(
      partition,
      claimed.then(
        () => undefined,
        () => undefined,
      ),
    );
    return claimed;
  }

  private async claimNow(
    ticket: number,
    partition: number,
    reported: ReadonlyMap<number, number>,
  ): Promise<StartPosition> {
    if (!this.ownerships.isLatest(ticket, partition)) {
      throw new MeterpulseError('OWNERSHIP_LOST', `partition ${partition} was assigned anew meanwhile`);
    }
    try {
      // A topic that was made anew looks like the one before once it has as many records.
      await this.bind();
      // A flush in flight needs no waiting for: the claim waits for its transaction, or the transaction finds the claim.
      const claim = await this.options.sink.claim(partition, this.ownerships.storedBefore(reported));
      this.storeReachable = true;
      this.ownerships.claimed(ticket, claim);
      return { nextOffset: claim.nextOffset };
    } catch (error) {
      this.storeReachable = false;
      // During an outage the log asks again for as long as the partition is ours.
      if (!(error instanceof MeterpulseError && error.canRetry)) this.fail(error);
      throw error;
    }
  }

  private async take({ partition, records }: LogBatch): Promise<void> {
    const ownership = this.ownerships.of(partition);
    await this.buffer.offer(() => {
      // Lost or claimed anew, at the door or while it waited for room: it is read again from the stored position.
      if (ownership === undefined || !this.ownerships.isCurrent(ownership)) return [];
      const judged: JudgedRecord[] = [];
      for (const record of records) {
        if (record.offset < ownership.takenOffset) continue;
        const message = judgeRecord(partition, record, this.options.limits);
        ownership.takenOffset = record.offset + 1;
        const { readings, rejects, signedValues = [] } = message;
        const rows = Math.max(1, readings.length + rejects.length + signedValues.length);
        judged.push({ message, ownership, rows, lane: partition });
      }
      return judged;
    });
  }

  private oldestSeconds(): number {
    const now = Date.now();
    let oldest = now;
    for (const { message } of this.buffer.held()) {
      if (message.receivedAt !== null && message.receivedAt < oldest) oldest = message.receivedAt;
    }
    return (now - oldest) / 1_000;
  }

  /** A flush finds out by itself who took its partitions; a worker with nothing to flush has to ask. */
  private async checkOwnership(): Promise<void> {
    const owned = this.ownerships.all();
    if (owned.length === 0) return;
    const epochs = await this.options.sink.currentEpochs(
      owned.map(({ partition }) => partition),
      new Map(owned.map(({ partition, writtenOffset }) => [partition, writtenOffset])),
    );
    const lost = owned.filter(
      (ownership) =>
        this.ownerships.isCurrent(ownership) && epochs.get(ownership.partition) !== ownership.epoch,
    );
    if (lost.length > 0) this.drop(lost);
  }

  private drop(lost: readonly Ownership[]): void {
    const { log, logger } = this.options;
    logger.info(
      { partitions: lost.map(({ partition }) => partition) },
      'Partitions belong to another worker; what was buffered of them is left to it',
    );
    this.buffer.drop(({ ownership }) => lost.includes(ownership));
    // Where a newer claim of ours is the other owner, nothing needs to be asked of the log.
    const gone = lost.filter((ownership) => this.ownerships.lose(ownership));
    if (gone.length > 0 && !this.leave.signal.aborted) log.rejoin();
  }

  /** Stored before left: as long as the group counts us in, nobody else reads what we are about to store. */
  private async stop(consumption: Promise<void>): Promise<void> {
    await this.buffer.close();
    await this.reporter.settled();
    this.leave.abort();
    await consumption;
  }

  /** Only the first failure counts, and none that stopping itself causes. */
  private fail(error: unknown): void {
    if (!this.leave.signal.aborted && !this.giveUp.signal.aborted) this.failed.abort(error);
  }

  private async retried<T>(what: string, operation: () => Promise<T>): Promise<T> {
    const result = await retryForever(operation, {
      signal: this.leave.signal,
      wait: this.options.wait ?? wait,
      onFailure: (error, attempt) => {
        this.storeReachable = false;
        this.options.logger.warn({ err: error, attempt }, `${what}; trying again`);
      },
    });
    this.storeReachable = true;
    return result;
  }
}
