import { z } from 'zod';
import { listed } from './listed.js';
import { wholeNumber } from './whole-number.js';

const hostPorts = () =>
  listed().refine((list) => list.length > 0 && list.every((part) => /^[^\s:]+:\d{1,5}$/.test(part)), {
    error: 'host:port, several separated by commas',
  });

/** Where Kafka is and how to use it; part of `environmentSchema`. */
export const kafkaVariables = {
  KAFKA_BROKERS: hostPorts()
    .optional()
    .describe(
      'Bootstrap brokers, `host:port`, comma-separated. Unset: the message log is the PostgreSQL inbox.',
    ),
  KAFKA_TOPIC: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,249}$/, { error: 'a topic name: letters, digits, . _ -, at most 249' })
    .default('meter-readings')
    .describe('The topic; also the name under which positions are stored.'),
  KAFKA_PARTITIONS: wholeNumber(1, 1000)
    .default(12)
    .describe('Partitions of the topic when `migrate` creates it: the most workers that can share the load.'),
  KAFKA_REPLICATION: wholeNumber(1, 9)
    .default(1)
    .describe(
      'Replicas of the topic when `migrate` creates it. 3 in production: min.insync.replicas is then 2.',
    ),
  KAFKA_RETENTION_HOURS: wholeNumber(1, 87_600)
    .default(168)
    .describe('How long the topic keeps records: the span that can be replayed.'),
  KAFKA_GROUP: z
    .string()
    .min(1, { error: 'a consumer group name' })
    .default('meterpulse-workers')
    .describe('Consumer group of the workers.'),
  KAFKA_SESSION_TIMEOUT_MS: wholeNumber(6_000, 300_000)
    .default(30_000)
    .describe('A worker that is silent this long loses its partitions. Above the longest flush.'),
};
