import type { Logger } from 'pino';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { OwnershipLostError } from '../../store/ownership-lost-error.js';
import type {
  PositionAdvance,
  ReadingSink,
  SinkBatch,
  SinkMessage,
  StoredCounts,
} from '../../store/reading-sink.js';
import type { BufferedRecord, FlushReason } from './batch-buffer.js';
import type { WorkerMetrics } from './metrics.js';
import type { Ownership, Ownerships } from './ownership.js';
import { retryForever, type Wait } from './retry.js';

export interface JudgedRecord extends BufferedRecord {
  readonly message: SinkMessage;
  /** Under which it was read. */
  readonly ownership: Ownership;
}

export interface FlusherOptions {
  readonly sink: Pick<ReadingSink, 'store'>;
  readonly ownerships: Ownerships;
  readonly logger: Logger;
  readonly metrics: WorkerMetrics;
  readonly wait: Wait;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  /** Aborts to give up what the database doesn't take: the worker stops without it. */
  readonly giveUp: AbortSignal;
  readonly onStored: (positions: readonly PositionAdvance[]) => void;
  /** Another worker owns these; false in none of them that a newer claim of ours has replaced. */
  readonly onLost: (ownerships: readonly Ownership[]) => void;
}

/**
 * Brings batches into the sink, whole, or without the partitions that turn out to belong to somebody else. Several may be under
 * way where they share no partition.
 */
export class Flusher {
  /** Of the flushes that the database refuses now. */
  private readonly failing = new Set<object>();

  constructor(private readonly options: FlusherOptions) {}

  /** False while the database refuses a batch. */
  get healthy(): boolean {
    return this.failing.size === 0;
  }

  /** Resolves when each record is stored or no longer ours. Rejects only with what no retry helps, or when giving up. */
  async flush(records: readonly JudgedRecord[], reason: FlushReason): Promise<void> {
    const { metrics, ownerships, now } = this.options;
    const startedAt = now();
    let ours = records;
    for (;;) {
      const stored = await this.storeCurrent(() => {
        // Asked anew before each attempt: a rebalance during an outage takes partitions away.
        ours = ours.filter(({ ownership }) => ownerships.isCurrent(ownership));
        return ours;
      });
      if (stored === 'nothing left') return;
      if (stored instanceof OwnershipLostError) {
        ours = this.withoutLost(ours, stored.partitions);
        continue;
      }
      const endedAt = now();
      metrics.flushed({
        reason,
        rows: ours.reduce((sum, { rows }) => sum + rows, 0),
        seconds: (endedAt - startedAt) / 1_000,
        ageSeconds: ageSeconds(ours, endedAt),
        counts: stored,
      });
      return;
    }
  }

  private async storeCurrent(
    current: () => readonly JudgedRecord[],
  ): Promise<StoredCounts | OwnershipLostError | 'nothing left'> {
    const { sink, giveUp, wait, logger, metrics, onStored } = this.options;
    try {
      return await retryForever(
        async () => {
          const records = current();
          if (records.length === 0) return 'nothing left';
          const batch = toBatch(records);
          const counts = await sink.store(batch);
          // At once, before anybody else can run: the next flush expects to find what this one wrote.
          for (const { ownership, message } of records) ownership.writtenOffset = message.offset + 1;
          onStored(batch.positions);
          return counts;
        },
        {
          signal: giveUp,
          wait,
          onFailure: (error, attempt) => {
            this.failing.add(current);
            metrics.flushFailed(error.code);
            logger.warn({ err: error, attempt }, 'A batch could not be stored and is tried again');
          },
        },
      );
    } catch (error) {
      if (error instanceof OwnershipLostError) return error;
      if (giveUp.aborted)
        throw new MeterpulseError('STOP_TIMED_OUT', 'a batch was not stored in time', { cause: error });
      throw error;
    } finally {
      this.failing.delete(current);
    }
  }

  private withoutLost(
    records: readonly JudgedRecord[],
    partitions: readonly number[],
  ): readonly JudgedRecord[] {
    const named = new Set(
      records.filter(({ message }) => partitions.includes(message.partition)).map(ownershipOf),
    );
    // An error that names none of them leaves no doubt but to take all for lost: they are read again, which is always safe.
    const lost = named.size > 0 ? named : new Set(records.map(ownershipOf));
    this.options.metrics.ownershipLost(lost.size);
    this.options.onLost([...lost]);
    return records.filter(({ ownership }) => !lost.has(ownership));
  }
}

const ownershipOf = ({ ownership }: JudgedRecord): Ownership => ownership;

/** Records of one partition share one ownership here: those of an older one were filtered out. */
function toBatch(records: readonly JudgedRecord[]): SinkBatch {
  const positions = new Map<number, PositionAdvance>();
  for (const { ownership, message } of records) {
    const { partition, epoch, writtenOffset } = ownership;
    positions.set(partition, {
      partition,
      epoch,
      expectedOffset: writtenOffset,
      nextOffset: message.offset + 1,
    });
  }
  return { messages: records.map(({ message }) => message), positions: [...positions.values()] };
}

function ageSeconds(records: readonly JudgedRecord[], now: number): number | null {
  let oldest = Infinity;
  for (const { message } of records) {
    if (message.receivedAt !== null && message.receivedAt < oldest) oldest = message.receivedAt;
  }
  return oldest === Infinity ? null : (now - oldest) / 1_000;
}
