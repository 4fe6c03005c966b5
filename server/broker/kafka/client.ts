import { Kafka, logLevel, type LogEntry } from 'kafkajs';
import type { Logger } from 'pino';

export interface KafkaClientOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** An answer that takes longer counts as lost. */
  readonly requestTimeoutMs: number;
  readonly logger: Logger;
}

const CONNECTION_TIMEOUT_MS = 3_000;

/** One attempt of each thing, and one more for what kafkajs does by itself: how long to go on is decided by its callers. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.5, multiplier: 2, retries: 1 };

export function createKafkaClient(options: KafkaClientOptions): Kafka {
  return new Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: options.requestTimeoutMs,
    enforceRequestTimeout: true,
    retry: RETRY,
    logLevel: options.logger.isLevelEnabled('trace') ? logLevel.DEBUG : logLevel.INFO,
    logCreator: () => (entry) => write(options.logger, entry),
  });
}

/**
 * kafkajs logs each failed attempt as an error. What comes of it is told by this adapter, at the level it deserves, so
 * everything of kafkajs itself is one step quieter.
 */
function write(logger: Logger, { namespace, level, log }: LogEntry): void {
  const { message, ...rest } = log;
  const fields = { kafkajs: namespace, ...rest };
  if (level <= logLevel.WARN) logger.debug(fields, message);
  else logger.trace(fields, message);
}
