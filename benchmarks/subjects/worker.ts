/**
 * The worker as `meterpulse worker` composes it, up to a chosen stage, so that the cost of each stage is the difference to
 * the one before. Rates count from the end of the warm-up, without the joining of the group.
 *
 *     consume   the log's adapter alone
 *     judge     and each record decoded and flattened
 *     buffer    and batched by the worker, into a sink that does nothing
 *     store     and stored, with all bookkeeping
 */
import { createMessageLog } from '../../server/compose/message-log.js';
import { readingLimits } from '../../server/compose/reading-limits.js';
import { createRoleContext, type RoleContext } from '../../server/compose/role-context.js';
import type { MessageLog } from '../../server/broker/message-log.js';
import { judgeRecord } from '../../server/worker/judge-record.js';
import { Worker } from '../../server/worker/worker.js';
import { PgReadingSink } from '../../store/pg-reading-sink.js';
import { createPool, type Pool } from '../../store/pool.js';
import type { ReadingSink, StoredCounts } from '../../store/reading-sink.js';
import { serve } from '../child.js';
import { Pace, type PaceResult } from '../pace.js';
import { postgresCpuSeconds } from '../postgres-cpu.js';
import { profileShares, type Share } from '../sink/profile-shares.js';
import { WORKER_PARTS } from '../sink/worker-parts.js';

export type Stage = 'consume' | 'judge' | 'buffer' | 'store';

export interface DrainRequest {
  readonly stage: Stage;
  /** Messages on the topic that come before those that are measured. */
  readonly warmUp: number;
  /** All messages on the topic. */
  readonly total: number;
  /** Of a server whose CPU is told as well. */
  readonly postgresPid?: number;
  /** Tells also what the process spent its time with. */
  readonly profiled?: boolean;
}

export interface Drained extends PaceResult {
  /** Of the process's busy time, warm-up included; null when it wasn't profiled. */
  readonly shares: readonly Share[] | null;
}

async function drain({ stage, warmUp, total, postgresPid, profiled }: DrainRequest): Promise<Drained> {
  const context = createRoleContext('worker');
  const pool = createPool({ url: context.config.DATABASE_URL ?? '', max: 10, applicationName: 'bench' });
  const log = await createMessageLog(context, context.config.KAFKA_BROKERS ?? null, () => pool);
  const pace = new Pace(
    warmUp,
    total,
    postgresPid === undefined ? undefined : () => postgresCpuSeconds(postgresPid),
  );
  const stop = new AbortController();
  const running =
    stage === 'consume' || stage === 'judge'
      ? consume(log, stage === 'judge' ? readingLimits(context.config) : null, pace, stop.signal)
      : createWorker(context, log, timed(stage === 'store' ? realSink(context, pool) : idleSink(), pace)).run(
          stop.signal,
        );
  const shares = profiled === true ? await profileShares(WORKER_PARTS) : () => null;
  try {
    const drained = await Promise.race([pace.finished, running.then(() => pace.finished)]);
    return { ...drained, shares: await shares() };
  } finally {
    stop.abort();
    await running;
    await log.close();
    await pool.end();
  }
}

async function consume(
  log: MessageLog,
  limits: ReturnType<typeof readingLimits> | null,
  pace: Pace,
  signal: AbortSignal,
): Promise<void> {
  await log.consume({
    signal,
    onAssigned: () => Promise.resolve({ nextOffset: null }),
    onBatch: ({ partition, records }) => {
      let readings = 0;
      if (limits !== null) {
        for (const record of records) readings += judgeRecord(partition, record, limits).readings.length;
      }
      pace.advance(records.length, readings, 0);
      return Promise.resolve();
    },
  });
}

function createWorker({ config, logger, registry }: RoleContext, log: MessageLog, sink: ReadingSink): Worker {
  return new Worker({
    log,
    sink,
    limits: readingLimits(config),
    maxRows: config.BATCH_MAX_ROWS,
    maxWaitMs: config.BATCH_MAX_WAIT_MS,
    flushWhenIdle: config.BATCH_FLUSH_WHEN_IDLE === 'true',
    flushesMax: Math.min(config.BATCH_FLUSHES_MAX, config.DATABASE_POOL_MAX - 1),
    bufferRows: config.BATCH_BUFFER_ROWS,
    stopTimeoutMs: config.STOP_TIMEOUT_MS,
    logger,
    registry,
  });
}

function realSink({ config, logger, registry }: RoleContext, pool: Pool): ReadingSink {
  return new PgReadingSink({
    pool,
    topic: config.KAFKA_TOPIC,
    unknownChargePoints: config.UNKNOWN_CHARGE_POINTS,
    partitionsMax: config.PARTITIONS_MAX,
    logger,
    registry,
  });
}

function idleSink(): ReadingSink {
  return {
    claim: (partition) => Promise.resolve({ partition, epoch: 1, nextOffset: null }),
    store: ({ messages }) => {
      const received = messages.length;
      const stored = messages.reduce((sum, { readings }) => sum + readings.length, 0);
      const counts: StoredCounts = {
        messages: { received, stored: received, duplicate: 0, rejected: 0 },
        readings: { stored, duplicate: 0, conflicting: 0, rejected: 0 },
      };
      return Promise.resolve(counts);
    },
    currentEpochs: (partitions) => Promise.resolve(new Map(partitions.map((partition) => [partition, 1]))),
    bindLog: () => Promise.resolve(),
    ping: () => Promise.resolve(),
  };
}

/** Tells the pace what each commit stored, and for how long the sink was busy with it. */
function timed(sink: ReadingSink, pace: Pace): ReadingSink {
  return {
    claim: (partition) => sink.claim(partition),
    currentEpochs: (partitions) => sink.currentEpochs(partitions),
    bindLog: (identity, incarnation) => sink.bindLog(identity, incarnation),
    ping: () => sink.ping(),
    async store(batch) {
      const started = performance.now();
      const counts = await sink.store(batch);
      pace.advance(batch.messages.length, counts.readings.stored, performance.now() - started);
      return counts;
    },
  };
}

serve({ drain });
