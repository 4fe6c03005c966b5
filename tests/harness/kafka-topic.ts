import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import pino, { type Logger } from 'pino';
import { Registry } from 'prom-client';
import { KafkaMessageLog } from '../../server/broker/kafka/kafka-message-log.js';
import type { KafkaSecurity } from '../../server/broker/kafka/security/kafka-security.js';
import { ensureTopic } from '../../server/broker/kafka/topic.js';

const logger = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });

export interface OpenOptions {
  /** Default 15,000. */
  readonly publishTimeoutMs?: number;
  /** Default 20,000. */
  readonly stallMs?: number;
  readonly registry?: Registry;
  /** Default: plain TCP. */
  readonly security?: KafkaSecurity;
  /** Default: silent. */
  readonly logger?: Logger;
}

export interface TopicOptions {
  readonly partitions: number;
  /** Default 1. */
  readonly replication?: number;
}

/** A topic of its own on a real Kafka, made as `meterpulse migrate` makes it. */
export class KafkaTopic {
  readonly name: string;
  readonly partitions: number;
  readonly #brokers: readonly string[];

  private constructor(brokers: readonly string[], name: string, partitions: number) {
    this.#brokers = brokers;
    this.name = name;
    this.partitions = partitions;
  }

  static async create(
    brokers: readonly string[],
    { partitions, replication = 1 }: TopicOptions,
  ): Promise<KafkaTopic> {
    const topic = `test-${randomUUID()}`;
    await ensureTopic({ brokers, topic, partitions, replication, retentionMs: 3_600_000, logger });
    return new KafkaTopic(brokers, topic, partitions);
  }

  /** For `consumer-process.ts`. */
  get processArguments(): readonly string[] {
    return ['kafka', this.#brokers.join(), this.name];
  }

  open(options: OpenOptions = {}): KafkaMessageLog {
    return openKafkaLog(this.#brokers, this.name, options);
  }

  /** Removes all records. */
  async trim(): Promise<void> {
    await withAdmin(this.#brokers, async (admin) => {
      const offsets = await admin.fetchTopicOffsets(this.name);
      await admin.deleteTopicRecords({
        topic: this.name,
        partitions: offsets
          .filter(({ high }) => Number(high) > 0)
          .map(({ partition, high }) => ({ partition, offset: high })),
      });
    });
  }

  /** Members of the topic's consumer group. */
  memberCount(): Promise<number> {
    return groupMembers(this.#brokers, groupOf(this.name));
  }

  async drop(): Promise<void> {
    await withAdmin(this.#brokers, (admin) => admin.deleteTopics({ topics: [this.name] }));
  }
}

/** One consumer group a topic, that notices a dead member after 6 s. */
export function openKafkaLog(
  brokers: readonly string[],
  topic: string,
  options: OpenOptions = {},
): KafkaMessageLog {
  return new KafkaMessageLog({
    brokers,
    topic,
    clientId: 'test',
    groupId: groupOf(topic),
    sessionTimeoutMs: 6_000,
    publishTimeoutMs: options.publishTimeoutMs ?? 15_000,
    stallMs: options.stallMs ?? 20_000,
    security: options.security,
    logger: options.logger ?? logger,
    registry: options.registry ?? new Registry(),
  });
}

function groupOf(topic: string): string {
  return `group-of-${topic}`;
}

/** Members that the coordinator counts to a consumer group. */
export async function groupMembers(brokers: readonly string[], group: string): Promise<number> {
  const { groups } = await withAdmin(brokers, (admin) => admin.describeGroups([group]));
  return groups[0]?.members.length ?? 0;
}

export async function withAdmin<T>(
  brokers: readonly string[],
  work: (admin: ReturnType<Kafka['admin']>) => Promise<T>,
): Promise<T> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
