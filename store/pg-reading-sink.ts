import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { fullJitterMs, type BackoffLimits } from '../helpers/backoff.js';
import { MeterpulseError } from '../helpers/meterpulse-error.js';
import { HistoryGuard } from './database-history.js';
import { HorizonRaisedError } from './compaction/thaw-days.js';
import { commitWithReadings } from './feed/append-readings.js';
import { createStoreMetrics, type StoreMetrics } from './metrics.js';
import { DayPartitions } from './partitions.js';
import { pingDatabase } from './ping.js';
import type { Pool, PoolClient } from './pool.js';
import { asOutage, codeOf, failureOf, messageOf } from './postgres-error.js';
import type { Claim, ReadingSink, SinkBatch, SinkMessage, StoredCounts } from './reading-sink.js';
import { BatchResolver, type ResolvedBatch } from './sink/batch-resolver.js';
import { bindLog } from './sink/bind-log.js';
import type { UnknownChargePoints } from './sink/charge-points.js';
import { countOutcomes } from './sink/count-outcomes.js';
import { insertQuarantine } from './sink/insert-quarantine.js';
import { insertSignedValues } from './sink/insert-signed-values.js';
import { advancePositions, claimPosition, lockPositions, readEpochs } from './sink/positions.js';
import { noticeLoss } from './sink/notice-loss.js';
import { messagesWithNews } from './sink/news.js';
import { settleRedrives } from './sink/settle-redrives.js';
import { ReadingInserter } from './sink/reading-inserter.js';
import { settleSessions } from './sink/settle-sessions.js';
import { prepareSession } from './sink/prepare-session.js';

export interface RetryOptions {
  /** Times a flush is tried again after a deadlock, a serialization failure or a lost connection. Default 6. */
  readonly attempts: number;
  /** Waits between them. Default: up to 50 ms at first, up to 2 s at last. */
  readonly backoff: BackoffLimits;
}

export interface PgReadingSinkOptions {
  readonly pool: Pool;
  /** The name under which positions are kept. */
  readonly topic: string;
  readonly unknownChargePoints: UnknownChargePoints;
  /** Day partitions in all; readings that need one more are quarantined. */
  readonly partitionsMax: number;
  /** Copies what is later than all that is stored of its series straight in; false looks every reading up. Default true. */
  readonly takeForNew?: boolean;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly retries?: Partial<RetryOptions>;
  /** ms since 1970; default `Date.now`. */
  readonly now?: () => number;
}

/** What is known of a flush that is tried several times. */
interface Flush {
  readonly batch: SinkBatch;
  resolved: ResolvedBatch | null;
  /** Set when COMMIT was sent: if its answer is lost, this is what it would have been. */
  unconfirmed: StoredCounts | null;
}

const RETRIES: RetryOptions = { attempts: 6, backoff: { baseMs: 50, capMs: 2_000 } };

/** A row found no partition: one that was known here has been dropped. */
const CHECK_VIOLATION = '23514';

/**
 * Readings into PostgreSQL. Needs sessions of its own (no transaction pooler between), since they have settings. A flush is one
 * transaction, in the order of {@link PgReadingSink.flush}; several may be under way, of different partitions of the log.
 */
export class PgReadingSink implements ReadingSink {
  private readonly partitions: DayPartitions;
  private readonly resolver: BatchResolver;
  private readonly inserter: ReadingInserter;
  private readonly metrics: StoreMetrics;
  private readonly retries: RetryOptions;
  private readonly now: () => number;
  private readonly history = new HistoryGuard();
  /** Kept while the caller keeps the batch, who may try it again after DATABASE_UNAVAILABLE. */
  private readonly flushes = new WeakMap<SinkBatch, Flush>();

  constructor(private readonly options: PgReadingSinkOptions) {
    const { pool, logger } = options;
    this.now = options.now ?? Date.now;
    this.retries = { ...RETRIES, ...options.retries };
    this.metrics = createStoreMetrics(options.registry);
    this.partitions = new DayPartitions({
      pool,
      max: options.partitionsMax,
      logger,
      now: this.now,
      onCounted: (count) => this.metrics.partitions.set(count),
    });
    this.resolver = new BatchResolver(pool, this.partitions, options.unknownChargePoints, this.metrics);
    this.inserter = new ReadingInserter(this.metrics, this.now, options.takeForNew ?? true);
  }

  async claim(partition: number, storedBefore: ReadonlyMap<number, number> = new Map()): Promise<Claim> {
    const { pool, topic } = this.options;
    const { history, ...claim } = await this.retrying(() => claimPosition(pool, topic, partition));
    this.history.check(history);
    const loss = await this.retrying(() => noticeLoss(pool, topic, storedBefore));
    if (loss !== null) {
      throw new MeterpulseError(
        'DATABASE_RESTORED',
        `the database does not know ${loss.records} records of ${topic} that were stored (${loss.partitions} partitions): it was restored from a backup, or has lost what it had confirmed`,
      );
    }
    // Its owner before may have stored what we believe to be new.
    this.inserter.forget();
    return claim;
  }

  async store(batch: SinkBatch): Promise<StoredCounts> {
    const flush = this.flushes.get(batch) ?? { batch, resolved: null, unconfirmed: null };
    this.flushes.set(batch, flush);
    return this.retrying(() => this.attempt(flush));
  }

  async currentEpochs(
    partitions: readonly number[],
    storedBefore: ReadonlyMap<number, number> = new Map(),
  ): Promise<ReadonlyMap<number, number>> {
    return readEpochs(this.options.pool, this.options.topic, partitions, storedBefore);
  }

  async bindLog(identity: string, incarnation: string | null): Promise<void> {
    const log = { identity, incarnation };
    await this.retrying(() => bindLog(this.options.pool, this.options.topic, log));
  }

  async ping(): Promise<void> {
    await pingDatabase(this.options.pool);
  }

  private async attempt(flush: Flush): Promise<StoredCounts> {
    flush.resolved ??= await this.resolver.resolve(flush.batch.messages, this.now());
    const client = await this.options.pool.connect();
    try {
      await prepareSession(client);
      await client.query('begin');
      const counts = await this.flush(client, flush, flush.resolved);
      client.release();
      return counts;
    } catch (error) {
      this.inserter.failed(error);
      // A connection that can't even roll back is of no use to anybody.
      const usable = failureOf(error) !== 'connection' && (await rolledBack(client));
      client.release(!usable);
      const isPartitionGone = codeOf(error) === CHECK_VIOLATION;
      if (isPartitionGone) this.partitions.forget();
      // A session may be known better by now than when its readings were given their connector.
      const isOutdated = isPartitionGone || error instanceof HorizonRaisedError;
      if (isOutdated || flush.resolved.sessions !== null) flush.resolved = null;
      throw error;
    }
  }

  /** The transaction, begun by the caller. Every step is one statement where nothing was seen before. */
  private async flush(
    client: PoolClient,
    flush: Flush,
    { rows, sessions, signed, redrives, ...refused }: ResolvedBatch,
  ): Promise<StoredCounts> {
    const { topic } = this.options;
    const { messages, positions } = flush.batch;
    const locked = await lockPositions(client, topic, positions, {
      unconfirmed: flush.unconfirmed !== null,
      history: this.history,
    });
    if (locked.kind === 'stored' && flush.unconfirmed !== null) {
      await client.query('rollback');
      return flush.unconfirmed;
    }
    flush.unconfirmed = null;
    if (locked.kind === 'stored') throw new Error('a batch was taken for stored that was never sent');

    const told = sessions === null ? null : await settleSessions(client, sessions);
    const stored = rows.length === 0 ? null : await this.inserter.insert(client, rows, locked.batchId);
    const signedOutcomes = signed.length === 0 ? [] : await insertSignedValues(client, signed);
    const judged = {
      ...{ messages, rows, verdicts: stored?.inserted.verdicts ?? null },
      ...{ sessions: told, signed: signedOutcomes },
    };
    const { quarantine, rejected } =
      redrives.length === 0
        ? refused
        : without(await settleRedrives(client, redrives, messagesWithNews(judged)), refused, messages);
    if (quarantine.length > 0) await insertQuarantine(client, topic, quarantine, this.now());
    const outcomes = countOutcomes({ ...judged, rejected }, locked.countedOffsets, this.now());
    await advancePositions(client, topic, positions, outcomes);
    flush.unconfirmed = outcomes.batch;
    await commitWithReadings(client, stored?.inserted.changes ?? { inserted: [], replaced: [] });
    stored?.committed();
    this.metrics.signedValues.inc(signedOutcomes.filter(({ isNew }) => isNew).length);
    return outcomes.batch;
  }

  /** Runs `operation` until it succeeds, fails for good, or the retries are used up: then DATABASE_UNAVAILABLE. */
  private async retrying<T>(operation: () => Promise<T>): Promise<T> {
    const { attempts, backoff } = this.retries;
    for (let attempt = 0; ; attempt++) {
      try {
        return await operation();
      } catch (error) {
        const failure = codeOf(error) === CHECK_VIOLATION ? 'partition' : failureOf(error);
        if (failure === 'other') throw error;
        if (attempt >= attempts) throw asOutage(error);
        this.metrics.retries.inc({ failure });
        this.options.logger.warn(
          { failure, attempt, reason: messageOf(error) },
          'database operation retried',
        );
        await delay(fullJitterMs(attempt, backoff, Math.random));
      }
    }
  }
}

type Refused = Pick<ResolvedBatch, 'quarantine' | 'rejected'>;

function without(
  leftOut: ReadonlySet<SinkMessage>,
  { quarantine, rejected }: Refused,
  messages: readonly SinkMessage[],
): Refused {
  return {
    quarantine: quarantine.filter(({ message }) => !leftOut.has(message)),
    rejected: messages.map((message, at) => (leftOut.has(message) ? 0 : (rejected[at] ?? 0))),
  };
}

async function rolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('rollback');
    return true;
  } catch {
    return false;
  }
}
