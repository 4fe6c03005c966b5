import { hostname } from 'node:os';
import type { Pool } from '../../store/pool.js';
import { InboxLogReader } from '../broker/inbox/inbox-log-reader.js';
import type { LogReader } from '../broker/log-reader.js';
import { kafkaSecurity } from './kafka-security.js';
import type { RoleContext } from './role-context.js';

/** What does not answer for this long is unavailable. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Who looks something up on the message log: Kafka where brokers are named, else the inbox in the database of `pool`. */
export async function createLogReader(
  { config, logger }: RoleContext,
  kafkaBrokers: readonly string[] | null,
  pool: Pool,
): Promise<LogReader> {
  if (kafkaBrokers === null) return new InboxLogReader(pool);
  const { createKafkaClient } = await import('../broker/kafka/client.js');
  const { KafkaLogReader } = await import('../broker/kafka/kafka-log-reader.js');
  const kafka = createKafkaClient({
    brokers: kafkaBrokers,
    security: kafkaSecurity(config),
    clientId: `meterpulse-trace-${hostname()}-${process.pid}`,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    logger,
  });
  return new KafkaLogReader({ kafka, topic: config.KAFKA_TOPIC, groupId: config.KAFKA_GROUP });
}
