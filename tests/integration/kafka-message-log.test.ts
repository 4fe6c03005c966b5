import { randomUUID } from 'node:crypto';
import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import pino from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { ensureTopic } from '../../server/broker/kafka/topic.js';
import { CollectingConsumer } from '../harness/collecting-consumer.js';
import { kafkaBrokers, startKafka, type KafkaHandle } from '../harness/kafka.js';
import { KafkaTopic, openKafkaLog, withAdmin } from '../harness/kafka-topic.js';
import { describeMessageLog, numbered } from './message-log.contract.js';

const brokers = kafkaBrokers();
const WAIT = { timeout: 60_000, interval: 25 };

describe.skipIf(brokers === undefined)(`real Kafka ${inject('kafkaMissing') ?? ''}`, () => {
  const on = brokers ?? [];

  describeMessageLog('Kafka', {
    create: (options) => KafkaTopic.create(on, options),
    createForOutage: async () => {
      const kafka = await startKafka();
      const topic = await KafkaTopic.create(kafka.brokers, { partitions: 4 });
      return {
        log: {
          partitions: topic.partitions,
          processArguments: topic.processArguments,
          open: (options) => topic.open(options),
          trim: () => topic.trim(),
          memberCount: () => topic.memberCount(),
          drop: () => kafka.stop(),
        },
        kill: () => kafka.kill(),
        restart: () => kafka.start(),
      };
    },
  });

  describe('the Kafka message log', () => {
    it('refuses to consume a topic that does not exist, and is not ready', async () => {
      const log = openKafkaLog(on, `missing-${randomUUID()}`, { publishTimeoutMs: 500 });
      await expect(new CollectingConsumer(log).ended).rejects.toMatchObject({ code: 'LOG_TOPIC_MISSING' });
      await expect(log.ping()).rejects.toMatchObject({ code: 'LOG_TOPIC_MISSING' });
      // A gateway keeps its devices waiting: the topic may come.
      await expect(log.publish(numbered(1, 1))).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
      await log.close();
    });

    it('passes records without a key, without a value and of no text on', async () => {
      const target = await KafkaTopic.create(on, { partitions: 1 });
      const producer = new Kafka({ brokers: [...on], logLevel: logLevel.NOTHING }).producer();
      await producer.connect();
      await producer.send({
        topic: target.name,
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
      const target = await KafkaTopic.create(on, { partitions: 1 });
      const producer = new Kafka({ brokers: [...on], logLevel: logLevel.NOTHING }).producer({
        transactionalId: randomUUID(),
        idempotent: true,
        maxInFlightRequests: 1,
      });
      await producer.connect();
      const consumer = new CollectingConsumer(target.open());
      for (const outcome of ['commit', 'abort', 'commit'] as const) {
        const transaction = await producer.transaction();
        await transaction.send({ topic: target.name, messages: [{ key: 'k', value: outcome }] });
        await transaction[outcome]();
        await vi.waitFor(() => expect(consumer.records.length).toBeGreaterThan(0), WAIT);
      }
      await target.open().publish([{ key: 'k', value: 'last' }]);
      await vi.waitFor(() => expect(consumer.values).toEqual(['commit', 'commit', 'last']), WAIT);
      await producer.disconnect();
      await consumer.stop();
      await target.drop();
    });

    it('takes the markers of transactions for no lag', async () => {
      const target = await KafkaTopic.create(on, { partitions: 2 });
      const kafka = new Kafka({ brokers: [...on], logLevel: logLevel.NOTHING });
      const transactional = kafka.producer({ transactionalId: randomUUID(), maxInFlightRequests: 1 });
      const plain = kafka.producer();
      await Promise.all([transactional.connect(), plain.connect()]);
      const send = (value: string, partition: number) => ({
        topic: target.name,
        messages: [{ key: 'k', value, partition }],
      });
      const registry = new Registry();
      const consumer = new CollectingConsumer(target.open({ registry, stallMs: 2_000 }));
      for (const outcome of ['commit', 'abort'] as const) {
        const transaction = await transactional.transaction();
        await transaction.send(send(outcome, 0));
        await transaction[outcome]();
      }
      await vi.waitFor(() => expect(consumer.values).toEqual(['commit']), WAIT);
      const from = performance.now();
      for (let round = 2; performance.now() - from < 5_000; round++) {
        await plain.send(send('other', 1));
        await vi.waitFor(() => expect(consumer.records).toHaveLength(round), WAIT);
      }
      expect(await stallsOf(registry)).toBe(0);
      await plain.send(send('last', 0));
      await vi.waitFor(() => expect(consumer.values).toContain('last'), WAIT);
      await Promise.all([transactional.disconnect(), plain.disconnect(), consumer.stop()]);
      await consumer.log.close();
      await target.drop();
    });

    it('refuses only the message that is too large, naming it, and writes the others', async () => {
      const target = await KafkaTopic.create(on, { partitions: 2 });
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
      const target = await KafkaTopic.create(on, { partitions: 1 });
      const log = target.open();
      await log.publish([{ key: 'CP-1', value: 'x'.repeat(200_000) }]);
      await withAdmin(on, (admin) =>
        admin.alterConfigs({
          validateOnly: false,
          resources: [
            {
              type: ConfigResourceTypes.TOPIC,
              name: target.name,
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
      const target = await KafkaTopic.create(on, { partitions: 2 });
      const again = { brokers: on, topic: target.name, replication: 1, logger: pino({ level: 'silent' }) };
      await ensureTopic({ ...again, partitions: 2, retentionMs: 3_600_000 });
      await ensureTopic({ ...again, partitions: 5, retentionMs: 7_200_000 });
      await ensureTopic({ ...again, partitions: 3, retentionMs: 7_200_000 });
      const log = target.open();
      expect(await log.partitionCount()).toBe(5);
      await withAdmin(on, async (admin) => {
        const { resources } = await admin.describeConfigs({
          includeSynonyms: false,
          resources: [{ type: ConfigResourceTypes.TOPIC, name: target.name }],
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
      const target = await KafkaTopic.create(on, { partitions: 1 });
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
    const target = await KafkaTopic.create(kafka.brokers, { partitions: 3 });
    const log = openKafkaLog(kafka.proxiedBrokers, target.name);
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
    const target = await KafkaTopic.create(kafka.brokers, { partitions: 3 });
    const log = openKafkaLog(kafka.brokers, target.name, { publishTimeoutMs: 5_000 });
    const consumer = new CollectingConsumer(target.open());
    await log.publish(numbered(10, 5));
    await vi.waitFor(() => expect(consumer.records).toHaveLength(10), WAIT);
    kafka.pause();
    await expect(log.publish(numbered(10, 5))).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    kafka.resume();
    const after = numbered(10, 5);
    await vi.waitFor(() => log.publish(after), { timeout: 60_000, interval: 100 });
    await vi.waitFor(
      () => expect(consumer.values).toEqual(expect.arrayContaining(after.map(({ value }) => value))),
      WAIT,
    );
    await consumer.stop();
    await log.close();
  });

  it('leaves the group and joins it anew when a partition with lag delivers nothing', async () => {
    const target = await KafkaTopic.create(kafka.brokers, { partitions: 2 });
    const publisher = target.open();
    const registry = new Registry();
    const log = openKafkaLog(kafka.proxiedBrokers, target.name, { registry, stallMs: 3_000 });
    const consumer = new CollectingConsumer(log);
    await publisher.publish(numbered(10, 5));
    await vi.waitFor(() => expect(consumer.records).toHaveLength(10), WAIT);
    // Without lag a fetch that gets no answer is no stall.
    kafka.proxies[0]?.silenceAfterRequest(1);
    await vi.waitFor(() => expect(kafka.proxies[0]?.silences).toBe(1), WAIT);
    expect(await stallsOf(registry)).toBe(0);
    consumer.events.splice(0);
    await publisher.publish(numbered(10, 5));
    await vi.waitFor(async () => expect(await stallsOf(registry)).toBeGreaterThan(0), WAIT);
    await vi.waitFor(() => expect(consumer.records).toHaveLength(20), WAIT);
    expect(consumer.events[0]?.kind).toBe('assigned');
    await consumer.stop();
    await Promise.all([log.close(), publisher.close()]);
  });

  it('takes a worker that is slow for no stall', async () => {
    const target = await KafkaTopic.create(kafka.brokers, { partitions: 2 });
    const publisher = target.open();
    const registry = new Registry();
    const log = target.open({ registry, stallMs: 2_000 });
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const held = new Set<number>();
    const consumer = new CollectingConsumer(log, {
      beforeTaking: async ({ partition }) => {
        if (held.size > 0 && !held.has(partition)) return;
        held.add(partition);
        await released;
      },
    });
    const startedAt = performance.now();
    let published = 0;
    while (held.size === 0 || performance.now() - startedAt < 5_000) {
      const holding = held.size > 0;
      const before = consumer.records.length;
      await publisher.publish(numbered(16, 16));
      published += 16;
      if (holding) {
        await vi.waitFor(() => expect(consumer.records.length).toBeGreaterThan(before), WAIT);
      }
    }
    expect(await stallsOf(registry)).toBe(0);
    release();
    await vi.waitFor(() => expect(consumer.records).toHaveLength(published), WAIT);
    expect(await stallsOf(registry)).toBe(0);
    await consumer.stop();
    await Promise.all([log.close(), publisher.close()]);
  });
});

/** How often the group was left because a partition stood still. */
async function stallsOf(registry: Registry): Promise<number> {
  const metric = await registry.getSingleMetric('meterpulse_log_rejoins_total')?.get();
  return metric?.values.find(({ labels }) => labels['reason'] === 'stalled')?.value ?? 0;
}
