// Node sees some of kafkajs' exports by name only; ConfigResourceTypes is not among them.
import kafkajs, { type Admin } from 'kafkajs';
import type { Logger } from 'pino';
import { createKafkaClient } from './client.js';
import { asUnavailable, kafkaErrorType } from './kafka-errors.js';
import type { KafkaSecurity } from './security/kafka-security.js';
import { whileTopicSpreads } from './while-topic-spreads.js';

export interface TopicOptions {
  readonly brokers: readonly string[];
  /** Default: plain TCP. */
  readonly security?: KafkaSecurity | undefined;
  readonly topic: string;
  readonly partitions: number;
  /** Replicas of each partition; from 3 on, two of them must have a record before it counts as written. */
  readonly replication: number;
  readonly retentionMs: number;
  readonly logger: Logger;
}

/** A frame has at most 3 MiB; its envelope needs room. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Creates the topic, or brings an existing one to these settings. Partitions are only ever added; the replicas of an
 * existing topic stay as they are. Safe to call twice and by several at once. Rejects with LOG_UNAVAILABLE.
 */
export async function ensureTopic(options: TopicOptions): Promise<void> {
  const kafka = createKafkaClient({
    brokers: options.brokers,
    security: options.security,
    clientId: 'meterpulse-migrate',
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    logger: options.logger,
  });
  const admin = kafka.admin({ retry: { retries: 5 } });
  try {
    await admin.connect();
    const created = await createdNow(admin, options);
    await whileTopicSpreads(() => (created ? ledEverywhere(admin, options) : adjust(admin, options)));
  } catch (error) {
    throw asUnavailable(`the topic ${options.topic} can't be prepared`, error);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** docs/tuning.md has the reason of each. */
export function topicSettings(
  options: Pick<TopicOptions, 'retentionMs' | 'replication'>,
): { name: string; value: string }[] {
  return [
    { name: 'cleanup.policy', value: 'delete' },
    { name: 'retention.ms', value: String(options.retentionMs) },
    { name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES) },
    { name: 'min.insync.replicas', value: options.replication >= 3 ? '2' : '1' },
  ];
}

async function createdNow(admin: Admin, options: TopicOptions): Promise<boolean> {
  try {
    const created = await admin.createTopics({
      // That asks one broker only, and fails when this one has not heard of the topic yet.
      waitForLeaders: false,
      topics: [
        {
          topic: options.topic,
          numPartitions: options.partitions,
          replicationFactor: options.replication,
          configEntries: topicSettings(options),
        },
      ],
    });
    if (created) {
      const { topic, partitions, replication } = options;
      options.logger.info({ topic, partitions, replication }, 'topic created');
    }
    return created;
  } catch (error) {
    if (kafkaErrorType(error) === 'TOPIC_ALREADY_EXISTS') return false;
    throw error;
  }
}

/** Asks the leaders themselves: metadata names a broker before that one knows that it leads. */
async function ledEverywhere(admin: Admin, { topic }: TopicOptions): Promise<void> {
  await admin.fetchTopicOffsets(topic);
}

async function adjust(admin: Admin, options: TopicOptions): Promise<void> {
  const { topic, partitions, logger } = options;
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const existing = topics[0]?.partitions ?? [];
  const replicas = existing[0]?.replicas.length ?? 0;
  if (replicas !== options.replication) {
    logger.warn(
      { topic, replicas, wanted: options.replication },
      'the topic exists with another number of replicas: they stay as they are',
    );
  }
  if (existing.length < partitions) {
    logger.warn(
      { topic, partitions: existing.length, wanted: partitions },
      'partitions are added to the topic: charge points move to other partitions',
    );
    await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] });
  } else if (existing.length > partitions) {
    logger.warn(
      { topic, partitions: existing.length, wanted: partitions },
      'the topic has more partitions than configured: they stay',
    );
  }
  await adjustSettings(admin, { ...options, replication: replicas });
}

/** Only when something differs: an alteration replaces all settings of the topic, those of others are kept. */
async function adjustSettings(admin: Admin, options: TopicOptions): Promise<void> {
  const { topic, logger } = options;
  const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic };
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
  const present = resources[0]?.configEntries ?? [];
  const wanted = topicSettings(options);
  const differing = wanted.filter(
    ({ name, value }) => present.find((entry) => entry.configName === name)?.configValue !== value,
  );
  if (differing.length === 0) return;
  const others = present
    .filter((entry) => !entry.isDefault && !wanted.some(({ name }) => name === entry.configName))
    .map((entry) => ({ name: entry.configName, value: entry.configValue }));
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ ...resource, configEntries: [...others, ...wanted] }],
  });
  logger.info({ topic, settings: differing }, 'settings of the topic changed');
}
