import pino from 'pino';
import { Registry } from 'prom-client';
import { encodeEnvelope } from '../../protocol/envelope.js';
import { InboxMessageLog } from '../../server/broker/inbox/inbox-message-log.js';
import type { MessageLog } from '../../server/broker/message-log.js';
import { Worker } from '../../server/worker/worker.js';
import { ensureInbox } from '../../store/inbox-setup.js';
import { PgReadingSink, type PgReadingSinkOptions } from '../../store/pg-reading-sink.js';
import { createPool, type Pool } from '../../store/pool.js';
import { KafkaTopic } from '../harness/kafka-topic.js';
import { createTestDatabase } from '../harness/postgres.js';

const logger = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });
const PARTITIONS = 2;
const HOUR_MS = 3_600_000;

/** A message log with the database that is filled from it. */
export interface Pipeline {
  readonly url: string;
  readonly pool: Pool;
  readonly topic: string;
  /** As another process would have it; closed with the pipeline. */
  openLog(): MessageLog;
  close(): Promise<void>;
}

/** On Kafka where brokers are given, else on the inbox. */
export async function openPipeline(brokers: readonly string[] | null): Promise<Pipeline> {
  const database = await createTestDatabase({ migrated: true });
  const pools: Pool[] = [];
  const newPool = (): Pool => {
    const pool = createPool({ url: database.url, max: 5, applicationName: 'redrive-test' });
    pools.push(pool);
    return pool;
  };
  const pool = newPool();
  await ensureInbox(pool, { partitions: PARTITIONS });
  const kafka = brokers === null ? null : await KafkaTopic.create(brokers, { partitions: PARTITIONS });
  const topic = kafka?.name ?? 'meter-readings';
  const logs: MessageLog[] = [];
  return {
    url: database.url,
    pool,
    topic,
    openLog() {
      const log =
        kafka?.open() ??
        new InboxMessageLog({
          pool: newPool(),
          topic,
          publishTimeoutMs: 15_000,
          retentionMs: HOUR_MS,
          stallMs: 20_000,
          logger,
          registry: new Registry(),
        });
      logs.push(log);
      return log;
    },
    async close() {
      await Promise.all(logs.map((log) => log.close()));
      await Promise.all(pools.map((each) => each.end()));
      await kafka?.drop();
      await database.drop();
    },
  };
}

export interface RunningWorker {
  /** Resolves when it has ended. */
  stop(): Promise<void>;
}

export function runWorker(
  pipeline: Pipeline,
  options: { maxAheadMs?: number; unknownChargePoints?: PgReadingSinkOptions['unknownChargePoints'] } = {},
): RunningWorker {
  const { pool, topic } = pipeline;
  const registry = new Registry();
  const sink = new PgReadingSink({
    pool,
    topic,
    unknownChargePoints: options.unknownChargePoints ?? 'register',
    partitionsMax: 100,
    logger,
    registry,
  });
  const worker = new Worker({
    log: pipeline.openLog(),
    sink,
    limits: { maxAheadMs: options.maxAheadMs ?? HOUR_MS, minTimestampMs: Date.UTC(2010, 0) },
    maxRows: 1_000,
    maxWaitMs: 20,
    bufferRows: 10_000,
    stopTimeoutMs: 20_000,
    logger,
    registry,
  });
  const controller = new AbortController();
  const running = worker.run(controller.signal);
  return {
    async stop() {
      controller.abort();
      await running;
    },
  };
}

/** A MeterValues as the gateway puts it on the log: a timestamp and a value of each reading. */
export function meterValues(chargePointId: string, readings: readonly (readonly [number, string])[]) {
  const meterValue = readings.map(([timestampMs, value]) => ({
    timestamp: new Date(timestampMs).toISOString(),
    sampledValue: [{ value }],
  }));
  const value = encodeEnvelope({
    v: 1,
    kind: 'meterValues',
    chargePointId,
    protocol: 'json',
    messageId: 'm1',
    receivedAt: Date.now(),
    payload: { connectorId: 1, meterValue },
  });
  return { key: chargePointId, value };
}
