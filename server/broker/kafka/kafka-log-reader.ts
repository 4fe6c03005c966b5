import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import type { LogReader, LogWindow, OffsetRange, ReadOptions, WindowRead } from '../log-reader.js';
import { KafkaAdmin } from './kafka-admin.js';
import { partitionOfKey } from './produce/partition-of-key.js';
import { WindowReading } from './window-reading.js';

export interface KafkaLogReaderOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  /** Of the workers: a reading joins a group of its own whose name begins with it, and removes it afterwards. */
  readonly groupId: string;
}

/** Reads parts of a topic of Apache Kafka. Nothing connects before it is used. */
export class KafkaLogReader implements LogReader {
  readonly #options: KafkaLogReaderOptions;
  readonly #admin: KafkaAdmin;

  constructor(options: KafkaLogReaderOptions) {
    this.#options = options;
    this.#admin = new KafkaAdmin(options.kafka, options.topic);
  }

  async partitionOf(key: string): Promise<number> {
    return partitionOfKey(key, await this.#admin.partitionCount());
  }

  ranges(): Promise<ReadonlyMap<number, OffsetRange>> {
    return this.#admin.offsets({ fresh: true });
  }

  async offsetAt(partition: number, ms: number): Promise<number> {
    return (await this.#admin.offsetsAt(ms)).get(partition) ?? 0;
  }

  async read(windows: readonly LogWindow[], options: ReadOptions): Promise<WindowRead[]> {
    const groupId = `${this.#options.groupId}-trace-${randomUUID()}`;
    const reading = new WindowReading({ ...this.#options, ...options, groupId, windows });
    if (reading.isOver) return reading.result();
    try {
      await reading.run();
    } finally {
      await this.#admin.removeGroup(groupId);
    }
    return reading.result();
  }

  identity(): Promise<string> {
    return this.#admin.clusterId();
  }

  close(): Promise<void> {
    return this.#admin.close();
  }
}
