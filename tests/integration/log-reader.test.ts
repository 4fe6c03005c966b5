import { describe, expect, inject, it, onTestFinished } from 'vitest';
import pino from 'pino';
import { Registry } from 'prom-client';
import { InboxLogReader } from '../../server/broker/inbox/inbox-log-reader.js';
import { InboxMessageLog } from '../../server/broker/inbox/inbox-message-log.js';
import { createKafkaClient } from '../../server/broker/kafka/client.js';
import { KafkaLogReader } from '../../server/broker/kafka/kafka-log-reader.js';
import type { FoundRecord, LogReader, LogWindow } from '../../server/broker/log-reader.js';
import type { MessageLog } from '../../server/broker/message-log.js';
import { ensureInbox } from '../../store/inbox-setup.js';
import { createPool } from '../../store/pool.js';
import { kafkaBrokers } from '../harness/kafka.js';
import { KafkaTopic, withAdmin } from '../harness/kafka-topic.js';
import { createTestDatabase } from '../harness/postgres.js';

const logger = pino({ level: 'silent' });
const PARTITIONS = 3;

interface Opened {
  readonly log: MessageLog;
  readonly reader: LogReader;
  /** Removes the records of a partition below an offset. */
  readonly trim: (partition: number, below: number) => Promise<void>;
  /** Groups that are left of readings. */
  readonly leftGroups: () => Promise<string[]>;
}

const brokers = kafkaBrokers();

async function openInbox(): Promise<Opened> {
  const database = await createTestDatabase({ migrated: true });
  const pool = createPool({ url: database.url, max: 4, applicationName: 'test' });
  await ensureInbox(pool, { partitions: PARTITIONS });
  const log = new InboxMessageLog({
    ...{ pool, topic: 'readings', logger, registry: new Registry() },
    ...{ publishTimeoutMs: 15_000, retentionMs: 3_600_000, stallMs: 20_000 },
  });
  onTestFinished(async () => {
    await log.close();
    await pool.end();
    await database.drop();
  });
  return {
    log,
    reader: new InboxLogReader(pool),
    trim: async (partition, below) => {
      await pool.query('delete from inbox where partition = $1 and position < $2', [partition, below]);
      await pool.query('update inbox_partitions set first_position = $2 where partition = $1', [
        partition,
        below,
      ]);
    },
    leftGroups: () => Promise.resolve([]),
  };
}

async function openKafka(): Promise<Opened> {
  const on = brokers ?? [];
  const topic = await KafkaTopic.create(on, { partitions: PARTITIONS });
  const log = topic.open();
  const groupId = `workers-of-${topic.name}`;
  const kafka = createKafkaClient({
    ...{ brokers: on, clientId: 'trace-test', requestTimeoutMs: 10_000, logger },
  });
  const reader = new KafkaLogReader({ kafka, topic: topic.name, groupId });
  onTestFinished(async () => {
    await reader.close();
    await log.close();
    await topic.drop();
  });
  return {
    log,
    reader,
    trim: (partition, below) =>
      withAdmin(on, async (admin) => {
        // Loads where the partitions are.
        await admin.fetchTopicOffsets(topic.name);
        await admin.deleteTopicRecords({
          topic: topic.name,
          partitions: [{ partition, offset: String(below) }],
        });
      }),
    leftGroups: () =>
      withAdmin(on, async (admin) =>
        (await admin.listGroups()).groups
          .map((group) => group.groupId)
          .filter((id) => id.startsWith(groupId)),
      ),
  };
}

/** Messages of one key with others of its partition between them, each published by itself. */
async function publish(log: MessageLog, key: string, count: number): Promise<void> {
  for (let index = 0; index < count; index++) await log.publish([{ key, value: `${key} ${index}` }]);
}

async function read(
  reader: LogReader,
  key: string,
  windows: readonly LogWindow[],
  signal = new AbortController().signal,
) {
  const records: FoundRecord[] = [];
  const reads = await reader.read(windows, {
    ...{ key, signal, onProgress: () => undefined },
    onRecord: (record) => records.push(record),
  });
  const texts = records.map(({ value }) => Buffer.from(value ?? []).toString());
  return { reads, records, texts };
}

/** Another key that is put where `key` is. */
async function neighbourOf(reader: LogReader, key: string): Promise<string> {
  const partition = await reader.partitionOf(key);
  for (let index = 0; ; index++) {
    const other = `Other-${index}`;
    if ((await reader.partitionOf(other)) === partition) return other;
  }
}

const LOGS = [
  { name: 'the inbox', open: openInbox, isMissing: false },
  { name: `Kafka ${inject('kafkaMissing') ?? ''}`, open: openKafka, isMissing: brokers === undefined },
];

describe.each(LOGS)('looking something up on $name', ({ open, isMissing }) => {
  it.skipIf(isMissing)('finds the records of a key where the log puts them, and no others', async () => {
    const { log, reader, leftGroups } = await open();
    const partition = await reader.partitionOf('CP-1');
    const other = await neighbourOf(reader, 'CP-1');
    await publish(log, 'CP-1', 2);
    await publish(log, other, 3);
    await publish(log, 'CP-1', 1);
    const range = (await reader.ranges()).get(partition);
    expect(range).toEqual({ low: 0, high: 6 });
    const { records, texts, reads } = await read(reader, 'CP-1', [{ partition, from: 0, to: 6 }]);
    expect(texts).toEqual(['CP-1 0', 'CP-1 1', 'CP-1 0']);
    expect(records.map(({ offset }) => offset)).toEqual([0, 1, 5]);
    expect(reads).toMatchObject([{ partition, from: 0, to: 6, reached: 6 }]);
    expect(reads[0]?.reachedMs).toBe(records[2]?.loggedAtMs);
    expect(await leftGroups()).toEqual([]);
  });

  it.skipIf(isMissing)('reads several windows of several partitions, and nothing between them', async () => {
    const { log, reader } = await open();
    const keys = ['CP-1', 'CP-2', 'CP-3', 'CP-4', 'CP-5', 'CP-6'];
    for (const key of keys) await publish(log, key, 10);
    const one = await reader.partitionOf('CP-1');
    const elsewhere = [0, 1, 2].find((partition) => partition !== one) ?? 0;
    const { texts, reads } = await read(reader, 'CP-1', [
      { partition: one, from: 7, to: 10 },
      { partition: one, from: 1, to: 3 },
      { partition: elsewhere, from: 0, to: 1 },
      { partition: elsewhere, from: 1, to: 1 },
    ]);
    expect(texts).toEqual(['CP-1 1', 'CP-1 2', 'CP-1 7', 'CP-1 8', 'CP-1 9']);
    expect(reads.every(({ reached, to }) => reached === to)).toBe(true);
  });

  it.skipIf(isMissing)('finds the place of a time, and the end where nothing came since', async () => {
    const { log, reader } = await open();
    const partition = await reader.partitionOf('CP-1');
    await publish(log, 'CP-1', 3);
    const { records } = await read(reader, 'CP-1', [{ partition, from: 0, to: 3 }]);
    const last = records[2]?.loggedAtMs ?? 0;
    // Times of the log may be equal, and those of the inbox are finer than a millisecond.
    expect(await reader.offsetAt(partition, last)).toBeLessThanOrEqual(2);
    expect(await reader.offsetAt(partition, 0)).toBe(0);
    expect(await reader.offsetAt(partition, last + 60_000)).toBe(3);
  });

  it.skipIf(isMissing)('reads what retention has left of a window', async () => {
    const { log, reader, trim } = await open();
    const partition = await reader.partitionOf('CP-1');
    await publish(log, 'CP-1', 5);
    await trim(partition, 3);
    expect((await reader.ranges()).get(partition)).toEqual({ low: 3, high: 5 });
    const { texts, reads } = await read(reader, 'CP-1', [{ partition, from: 0, to: 5 }]);
    expect(texts).toEqual(['CP-1 3', 'CP-1 4']);
    expect(reads).toMatchObject([{ reached: 5 }]);
    const { reads: gone } = await read(reader, 'CP-1', [{ partition, from: 0, to: 2 }]);
    expect(gone).toMatchObject([{ reached: 2, reachedMs: null }]);
  });

  it.skipIf(isMissing)('stops when it is told to, and says how far it came', async () => {
    const { log, reader } = await open();
    const partition = await reader.partitionOf('CP-1');
    await publish(log, 'CP-1', 2);
    const { reads } = await read(reader, 'CP-1', [{ partition, from: 0, to: 2 }], AbortSignal.abort());
    expect(reads).toMatchObject([{ from: 0, to: 2, reached: 0 }]);
  });

  it.skipIf(isMissing)('has nothing to read of an empty log', async () => {
    const { reader } = await open();
    const partition = await reader.partitionOf('CP-1');
    expect((await reader.ranges()).get(partition)).toEqual({ low: 0, high: 0 });
    expect(await reader.offsetAt(partition, Date.now())).toBe(0);
    expect((await read(reader, 'CP-1', [{ partition, from: 0, to: 0 }])).texts).toEqual([]);
    expect(await reader.identity()).not.toBe('');
  });
});

describe('a log that is away', () => {
  it('is told as unavailable', async () => {
    const kafka = createKafkaClient({
      ...{ brokers: ['127.0.0.1:1'], clientId: 'trace-test', requestTimeoutMs: 1_000, logger },
    });
    const reader = new KafkaLogReader({ kafka, topic: 'readings', groupId: 'workers' });
    await expect(reader.ranges()).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    await expect(read(reader, 'CP-1', [{ partition: 0, from: 0, to: 1 }])).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
    });
    await reader.close();
    const pool = createPool({ url: 'postgres://u:p@127.0.0.1:1/none', max: 1, applicationName: 'test' });
    await expect(new InboxLogReader(pool).ranges()).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    await pool.end();
  });
});
