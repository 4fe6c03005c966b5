import { Kafka, logLevel, Partitioners } from 'kafkajs';
import pino from 'pino';
import { ensureTopic } from '../server/broker/kafka/topic.js';
import type { LogMessage } from '../server/broker/message-log.js';
import { toRecord, type BenchMessage } from './workload.js';

const MESSAGES_PER_SEND = 1_000;
export const PARTITIONS = 12;

/** Topics as `migrate` makes them, for product and floor alike. */
export class Topics implements AsyncDisposable {
  private readonly kafka: Kafka;
  private readonly made: string[] = [];

  constructor(private readonly brokers: readonly string[]) {
    this.kafka = new Kafka({ brokers: [...brokers], clientId: 'bench', logLevel: logLevel.ERROR });
  }

  async create(topic: string, partitions = PARTITIONS): Promise<string> {
    await ensureTopic({
      brokers: this.brokers,
      topic,
      partitions,
      replication: 1,
      retentionMs: 3_600_000,
      logger: pino({ level: 'warn' }),
    });
    this.made.push(topic);
    return topic;
  }

  async fill(topic: string, messages: readonly BenchMessage[]): Promise<void> {
    await this.fillRecords(
      topic,
      messages.map((message, index) => toRecord(message, `m${index}`)),
    );
  }

  /** With records as they are. */
  async fillRecords(topic: string, records: readonly LogMessage[]): Promise<void> {
    const producer = this.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    for (let at = 0; at < records.length; at += MESSAGES_PER_SEND) {
      await producer.send({ topic, acks: -1, messages: records.slice(at, at + MESSAGES_PER_SEND) });
    }
    await producer.disconnect();
  }

  /** Records on all of its partitions. */
  async lengthOf(topic: string): Promise<number> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      const ends = await admin.fetchTopicOffsets(topic);
      return ends.reduce((sum, { high }) => sum + Number(high), 0);
    } finally {
      await admin.disconnect();
    }
  }

  /** Gives the space of a long run back. */
  async [Symbol.asyncDispose](): Promise<void> {
    const admin = this.kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: this.made });
    await admin.disconnect();
  }
}
