import { randomUUID } from 'node:crypto';
import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import pino from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { KafkaMessageLog } from '../../server/broker/kafka/kafka-message-log.js';
import { ensureTopic } from '../../server/broker/kafka/topic.js';
import { CollectingConsumer } from '../harness/collecting-consumer.js';
import { kafkaBrokers, startKafka, type KafkaHandle } from '../harness/kafka.js';
import { describeMessageLog, numbered, type LogUnderTest } from './message-log.contract.js';

const logger = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });
const brokers = kafkaBrokers();
const WAIT = { timeout: 30_000, interval: 25 };

async function createTopic(
  on: readonly string[],
  partitions: number,
  replication = 1,
): Promise<LogUnderTest & { topic: string }> {
  const topic = `test-${randomUUID()}`;
  await ensureTopic({ brokers: on, topic, partitions, replication, retentionMs: 3_600_000, logger });
  return {
    topic,
    partitions,
    processArguments: ['kafka', on.join(), topic],
    open: (options = {}) => openLog(on, topic, options),
    trim: async () => {
      await withAdmin(on, async (admin) => {
        const offsets = await admin.fetchTopicOffsets(topic);
        await admin.deleteTopicRecords({
          topic,
          partitions: offsets
            .filter(({ high }) => Number(high) > 0)
            .map(({ partition, high }) => ({ partition, offset: high })),
        });
      });
    },
    drop: () => withAdmin(on, (admin) => admin.deleteTopics({ topics: [topic] })),
  };
}

function openLog(
  on: readonly string[],
  topic: string,
  options: { publishTimeoutMs?: number; registry?: Registry; stallMs?: number } = {},
): KafkaMessageLog {
  return new KafkaMessageLog({
    brokers: on,
    topic,
    clientId: 'test',
    groupId: `group-of-${topic}`,
    sessionTimeoutMs: 6_000,
    publishTimeoutMs: options.publishTimeoutMs ?? 15_000,
    stallMs: options.stallMs ?? 20_000,
    logger,
    registry: options.registry ?? new Registry(),
  });
}

async function withAdmin<T>(
  on: readonly string[],
  work: (admin: ReturnType<Kafka['admin']>) => Promise<T>,
): Promise<T> {
  const admin = new Kafka({ brokers: [...on], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

describe.skipIf(brokers === undefined)(`real Kafka ${inject('kafkaMissing') ?? ''}`, () => {
  const on = brokers ?? [];

  describeMessageLog('Kafka', {
    create: ({ partitions }) => createTopic(on, partitions),
    createForOutage: async () => {
      const kafka = await startKafka();
      const log = await createTopic(kafka.brokers, 4);
      return {
        log: { ...log, drop: () => kafka.stop() },
        kill: () => kafka.kill(),
        restart: () => kafka.start(),
      };
    },
  });

  describe('the Kafka message log', () => {
    it('refuses to consume a topic that does not exist, and is not ready', async () => {
      const log = openLog(on, `missing-${randomUUID()}`, { publishTimeoutMs: 500 });
      await expect(new CollectingConsumer(log).ended).rejects.toMatchObject({ code: 'LOG_TOPIC_MISSING' });
      await expect(log.ping()).rejects.toMatchObject({ code: 'LOG_TOPIC_MISSING' });
      // A gateway keeps its devices waiting: the topic may come.
      await expect(log.publish(numbered(1, 1))).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
      await log.close();
    });

    it('passes records without a key, without a value and of no text on', async () => {
      const target = await createTopic(on, 1);
      const producer = new Kafka({ brokers: [...on], logLevel: logLevel.NOTHING }).producer();
      await producer.connect();
      await producer.send({
        topic: target.topic,
        messages: [
          { key: 'CP-1', value: null },
          { value: Buffer.from([0, 255, 254]) },
          { key: 'CP-1', value: '' },
        ],
      });
      await producer.disconnect();
      const consumer = new CollectingConsumer(target.open());
      await vi.waitFor(() => expect(consumer.records).toHaveLength(3), WAIT);
      expect(consumer.records.map(({ key, value }) => [key, value === null ? null : [...value]])).toEqual([
        ['CP-1', null],
        [null, [0, 255, 254]],
        ['CP-1', []],
      ]);
      await consumer.stop();
      await consumer.log.close();
      await target.drop();
    });

    it('goes on over the gaps that transactions of others leave', async () => {
      const target = await createTopic(on, 1);
      const producer = new Kafka({ brokers: [...on], logLevel: logLevel.NOTHING }).producer({
        transactionalId: randomUUID(),
        idempotent: true,
        maxInFlightRequests: 1,
      });
      await producer.connect();
      const consumer = new CollectingConsumer(target.open());
      for (const outcome of ['commit', 'abort', 'commit'] as const) {
        const transaction = await producer.transaction();
        await transaction.send({ topic: target.topic, messages: [{ key: 'k', value: outcome }] });
        await transaction[outcome]();
        await vi.waitFor(() => expect(consumer.records.length).toBeGreaterThan(0), WAIT);
      }
      await target.open().publish([{ key: 'k', value: 'last' }]);
      await vi.waitFor(() => expect(consumer.values).toEqual(['commit', 'commit', 'last']), WAIT);
      await producer.disconnect();
      await consumer.stop();
      await target.drop();
    });

    it('refuses only the message that is too large, naming it, and writes the others', async () => {
      const target = await createTopic(on, 2);
      const log = target.open();
      const messages = [
        { key: 'CP-1', value: 'first' },
        { key: 'CP-1', value: 'x'.repeat(4 * 1024 * 1024) },
        { key: 'CP-2', value: 'last' },
      ];
      await expect(log.publish(messages)).rejects.toMatchObject({
        code: 'LOG_MESSAGE_TOO_LARGE',
        indexes: [1],
      });
      const consumer = new CollectingConsumer(target.open());
      await vi.waitFor(() => expect(consumer.values.toSorted()).toEqual(['first', 'last']), WAIT);
      await consumer.stop();
      await log.close();
      await target.drop();
    });

    it('notices a limit that was lowered while it runs', async () => {
      const target = await createTopic(on, 1);
      const log = target.open();
      await log.publish([{ key: 'CP-1', value: 'x'.repeat(200_000) }]);
      await withAdmin(on, (admin) =>
        admin.alterConfigs({
          validateOnly: false,
          resources: [
            {
              type: ConfigResourceTypes.TOPIC,
              name: target.topic,
              configEntries: [{ name: 'max.message.bytes', value: '100000' }],
            },
          ],
        }),
      );
      await vi.waitFor(
        () =>
          expect(log.publish([{ key: 'CP-1', value: 'x'.repeat(200_000) }])).rejects.toMatchObject({
            code: 'LOG_MESSAGE_TOO_LARGE',
          }),
        WAIT,
      );
      await log.publish(Array.from({ length: 5 }, () => ({ key: 'CP-1', value: 'x'.repeat(80_000) })));
      await log.close();
      await target.drop();
    });

    it('prepares a topic again without harm, adding partitions and correcting settings', async () => {
      const target = await createTopic(on, 2);
      const again = { brokers: on, topic: target.topic, replication: 1, logger };
      await ensureTopic({ ...again, partitions: 2, retentionMs: 3_600_000 });
      await ensureTopic({ ...again, partitions: 5, retentionMs: 7_200_000 });
      await ensureTopic({ ...again, partitions: 3, retentionMs: 7_200_000 });
      const log = target.open();
      expect(await log.partitionCount()).toBe(5);
      await withAdmin(on, async (admin) => {
        const { resources } = await admin.describeConfigs({
          includeSynonyms: false,
          resources: [{ type: ConfigResourceTypes.TOPIC, name: target.topic }],
        });
        const settings = new Map(
          resources[0]?.configEntries.map((each) => [each.configName, each.configValue]),
        );
        expect(settings.get('retention.ms')).toBe('7200000');
        expect(settings.get('max.message.bytes')).toBe('4194304');
        expect(settings.get('cleanup.policy')).toBe('delete');
      });
      await log.close();
      await target.drop();
    });

    it('stops with an offset out of range when its records are deleted while it is held up', async () => {
      const target = await createTopic(on, 1);
      const log = target.open();
      await log.publish(numbered(5, 1));
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      const consumer = new CollectingConsumer(target.open(), { beforeTaking: () => released });
      await vi.waitFor(() => expect(consumer.events.some(({ kind }) => kind === 'batch')).toBe(true), WAIT);
      await log.publish(numbered(5, 1));
      await target.trim();
      await log.publish(numbered(5, 1));
      release();
      await expect(consumer.ended).rejects.toMatchObject({ code: 'LOG_OFFSET_OUT_OF_RANGE' });
      expect(consumer.records).toHaveLength(5);
      await log.close();
      await target.drop();
    });
  });
});

describe.skipIf(brokers === undefined)('the Kafka message log behind a proxy that breaks connections', () => {
  let kafka: KafkaHandle;
  beforeAll(async () => {
    kafka = await startKafka({ proxied: true });
  });
  afterAll(() => kafka.stop());

  it('loses nothing that it confirmed when connections are reset after the produce request', async () => {
    const target = await createTopic(kafka.brokers, 3);
    const log = openLog(kafka.proxiedBrokers, target.topic);
    const confirmed: string[] = [];
    for (let round = 0; round < 20; round++) {
      if (round % 4 === 1) kafka.proxies[0]?.resetAfterRequest(0, 1 + (round % 3));
      const batches = Array.from({ length: 3 }, () => numbered(10, 5));
      await Promise.all(batches.map((batch) => log.publish(batch)));
      confirmed.push(...batches.flat().map(({ value }) => value));
    }
    expect(kafka.proxies[0]?.resets).toBeGreaterThan(4);
    const consumer = new CollectingConsumer(target.open());
    await vi.waitFor(() => {
      const delivered = new Set(consumer.values);
      expect(confirmed.filter((value) => !delivered.has(value))).toEqual([]);
    }, WAIT);
    await consumer.stop();
    await log.close();
  });

  it('answers in time when the broker hangs, and goes on when it wakes', async () => {
    const target = await createTopic(kafka.brokers, 3);
    const log = openLog(kafka.brokers, target.topic, { publishTimeoutMs: 1_000 });
    const consumer = new CollectingConsumer(target.open());
    await log.publish(numbered(10, 5));
    await vi.waitFor(() => expect(consumer.records).toHaveLength(10), WAIT);
    kafka.pause();
    await expect(log.publish(numbered(10, 5))).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    kafka.resume();
    const after = numbered(10, 5);
    await vi.waitFor(() => log.publish(after), { timeout: 30_000, interval: 100 });
    await vi.waitFor(
      () => expect(consumer.values).toEqual(expect.arrayContaining(after.map(({ value }) => value))),
      WAIT,
    );
    await consumer.stop();
    await log.close();
  });
});
