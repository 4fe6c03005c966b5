import { hostname } from 'node:os';
import type { Pool } from '../../store/pool.js';
import { InboxMessageLog } from '../broker/inbox/inbox-message-log.js';
import type { MessageLog } from '../broker/message-log.js';
import { kafkaSecurity } from './kafka-security.js';
import type { RoleContext } from './role-context.js';

/**
 * The message log: Kafka where brokers are named, else the inbox in the database of `pool`. Kafka's client is loaded only
 * then: it would be a sixth of the start of every process.
 */
export async function createMessageLog(
  { config, logger, registry }: RoleContext,
  kafkaBrokers: readonly string[] | null,
  pool: () => Pool,
): Promise<MessageLog> {
  const shared = { topic: config.KAFKA_TOPIC, stallMs: config.WORKER_STALL_MS, logger, registry };
  if (kafkaBrokers === null) {
    return new InboxMessageLog({
      ...shared,
      pool: pool(),
      publishTimeoutMs: config.GATEWAY_PUBLISH_TIMEOUT_MS,
      retentionMs: config.INBOX_RETENTION_HOURS * 3_600_000,
    });
  }
  const { KafkaMessageLog } = await import('../broker/kafka/kafka-message-log.js');
  return new KafkaMessageLog({
    ...shared,
    brokers: kafkaBrokers,
    security: kafkaSecurity(config),
    clientId: `meterpulse-${hostname()}-${process.pid}`,
    groupId: config.KAFKA_GROUP,
    sessionTimeoutMs: config.KAFKA_SESSION_TIMEOUT_MS,
    publishTimeoutMs: config.GATEWAY_PUBLISH_TIMEOUT_MS,
  });
}
