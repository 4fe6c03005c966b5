import { ConfigResourceTypes } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { MessageLog } from '../../server/broker/message-log.js';
import { CollectingConsumer } from '../harness/collecting-consumer.js';
import { kafkaBrokers, startKafka, type KafkaHandle } from '../harness/kafka.js';
import { KafkaTopic, withAdmin } from '../harness/kafka-topic.js';
import { numbered } from './message-log.contract.js';

const WAIT = { timeout: 60_000, interval: 50 };
const missing = inject('kafkaMissing') ?? '';

describe.skipIf(kafkaBrokers() === undefined)(`the Kafka message log on three brokers ${missing}`, () => {
  let kafka: KafkaHandle;
  let topic: KafkaTopic;
  let publisher: MessageLog;
  let consumer: CollectingConsumer;
  let acknowledged: Set<string>;
  let refusals: Set<string>;

  beforeAll(async () => {
    kafka = await startKafka({ nodes: 3 });
  });
  afterAll(() => kafka.stop());

  beforeEach(async () => {
    topic = await KafkaTopic.create(kafka.brokers, { partitions: 6, replication: 3 });
    publisher = topic.open({ publishTimeoutMs: 3_000 });
    consumer = new CollectingConsumer(topic.open());
    acknowledged = new Set();
    refusals = new Set();
  });
  afterEach(async () => {
    await consumer.stop();
    await Promise.all([publisher.close(), consumer.log.close()]);
    await kafka.start();
  });

  async function publishOnce(): Promise<void> {
    const batch = numbered(20, 17);
    await publisher.publish(batch).then(
      () => batch.forEach(({ value }) => acknowledged.add(value)),
      (error: unknown) => refusals.add(error instanceof MeterpulseError ? error.code : String(error)),
    );
  }

  /** Two publishes at a time, as a gateway would. */
  async function publishUntilAcknowledged(count: number): Promise<void> {
    const target = acknowledged.size + count;
    const one = async (): Promise<void> => {
      while (acknowledged.size < target) await publishOnce();
    };
    await Promise.all([one(), one()]);
  }

  /** Position in `kafka.brokers` of the node that coordinates the consumer groups. */
  async function coordinator(): Promise<number> {
    const { topics } = await withAdmin(kafka.brokers, (admin) =>
      admin.fetchTopicMetadata({ topics: ['__consumer_offsets'] }),
    );
    return (topics[0]?.partitions[0]?.leader ?? 1) - 1;
  }

  async function expectAllDelivered(to: CollectingConsumer): Promise<void> {
    await vi.waitFor(() => {
      const delivered = new Set(to.values);
      expect([...acknowledged].filter((value) => !delivered.has(value))).toEqual([]);
    }, WAIT);
  }

  it('asks for two replicas before it acknowledges', async () => {
    const { resources } = await withAdmin(kafka.brokers, (admin) =>
      admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: ConfigResourceTypes.TOPIC, name: topic.name }],
      }),
    );
    expect(resources[0]?.configEntries).toContainEqual(
      expect.objectContaining({ configName: 'min.insync.replicas', configValue: '2' }),
    );
  });

  it('loses nothing that it acknowledged when the broker that leads the group is killed', async () => {
    await publishUntilAcknowledged(200);
    await vi.waitFor(() => expect(consumer.records.length).toBeGreaterThan(0), WAIT);
    const publishing = publishUntilAcknowledged(2_000);
    await kafka.kill('SIGKILL', await coordinator());
    await publishing;
    await publishUntilAcknowledged(200);
    expect([...refusals].filter((code) => code !== 'LOG_UNAVAILABLE')).toEqual([]);
    await expectAllDelivered(consumer);
    await consumer.stop();
    const afterwards = new CollectingConsumer(topic.open());
    await expectAllDelivered(afterwards);
    await afterwards.stop();
    await afterwards.log.close();
  }, 240_000);

  it('acknowledges nothing while two brokers are down, and goes on when one is back', async () => {
    await publishUntilAcknowledged(200);
    await Promise.all([kafka.kill('SIGKILL', 0), kafka.kill('SIGKILL', 1)]);
    const before = acknowledged.size;
    await Promise.all([publishOnce(), publishOnce(), publishOnce()]);
    expect(acknowledged.size).toBe(before);
    expect([...refusals]).toEqual(['LOG_UNAVAILABLE']);
    await kafka.start(0);
    await publishUntilAcknowledged(200);
    expect([...refusals]).toEqual(['LOG_UNAVAILABLE']);
    await expectAllDelivered(consumer);
  }, 240_000);
});
