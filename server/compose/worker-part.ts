import { PgReadingSink } from '../../store/pg-reading-sink.js';
import type { Pool } from '../../store/pool.js';
import type { MessageLog } from '../broker/message-log.js';
import { Worker } from '../worker/worker.js';
import { readingLimits } from './reading-limits.js';
import type { RoleContext } from './role-context.js';

/** The worker stage on a database and a log. */
export function createWorker({ config, logger, registry }: RoleContext, pool: Pool, log: MessageLog): Worker {
  const sink = new PgReadingSink({
    pool,
    topic: config.KAFKA_TOPIC,
    unknownChargePoints: config.UNKNOWN_CHARGE_POINTS,
    partitionsMax: config.PARTITIONS_MAX,
    logger,
    registry,
  });
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
