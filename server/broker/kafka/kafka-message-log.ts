import type { Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { MeterpulseError } from '../../../helpers/meterpulse-error.js';
import type { Consumption, LogMessage, MessageLog, StoredPosition } from '../message-log.js';
import { createLogMetrics, type LogMetrics } from '../metrics.js';
import { createKafkaClient } from './client.js';
import { KafkaAdmin } from './kafka-admin.js';
import { KafkaConsumption } from './kafka-consumption.js';
import { messageOf } from './kafka-errors.js';
import { KafkaPublisher } from './kafka-publisher.js';
import { RefusalLog } from './refusal-log.js';
import type { KafkaSecurity } from './security/kafka-security.js';

export interface KafkaMessageLogOptions {
  /** `host:port` of some brokers; the others are found through them. */
  readonly brokers: readonly string[];
  /** Default: plain TCP. */
  readonly security?: KafkaSecurity | undefined;
  readonly topic: string;
  readonly clientId: string;
  readonly groupId: string;
  /** A member that is silent this long loses its partitions. */
  readonly sessionTimeoutMs: number;
  /** What is not confirmed by then is LOG_UNAVAILABLE. */
  readonly publishTimeoutMs: number;
  /** A partition with lag that delivers nothing for this long makes the consumer leave the group and join it anew. */
  readonly stallMs: number;
  readonly logger: Logger;
  readonly registry: Registry;
}

const MIN_REQUEST_TIMEOUT_MS = 1_000;
const MAX_REQUEST_TIMEOUT_MS = 30_000;

/** The message log on Apache Kafka. Nothing connects before it is used. */
export class KafkaMessageLog implements MessageLog {
  readonly #options: KafkaMessageLogOptions;
  readonly #admin: KafkaAdmin;
  readonly #publisher: KafkaPublisher;
  readonly #metrics: LogMetrics;
  #consumption: KafkaConsumption | undefined;

  constructor(options: KafkaMessageLogOptions) {
    this.#options = options;
    this.#metrics = createLogMetrics(options.registry);
    const refusals = new RefusalLog(options.logger);
    const onRefused = (error: unknown): void => refusals.note(error);
    this.#admin = new KafkaAdmin(this.#client(options.publishTimeoutMs), options.topic, onRefused);
    this.#publisher = new KafkaPublisher({
      ...options,
      onRefused,
      admin: this.#admin,
      metrics: this.#metrics,
    });
  }

  publish(messages: readonly LogMessage[]): Promise<void> {
    return this.#publisher.publish(messages);
  }

  async consume(consumption: Consumption): Promise<void> {
    if (this.#consumption !== undefined) throw new Error('one consumption an instance');
    this.#consumption = new KafkaConsumption({
      ...this.#options,
      kafka: this.#client(this.#options.sessionTimeoutMs),
      admin: this.#admin,
      metrics: this.#metrics,
      consumption,
    });
    await this.#consumption.run();
  }

  async reportStored(positions: readonly StoredPosition[]): Promise<void> {
    try {
      await this.#consumption?.report(positions);
    } catch (error) {
      this.#options.logger.debug({ err: error }, `positions were not reported to Kafka: ${messageOf(error)}`);
    }
  }

  rejoin(): void {
    this.#consumption?.rejoin();
  }

  /** Rejects with LOG_UNAVAILABLE, or LOG_TOPIC_MISSING. */
  async ping(): Promise<void> {
    if ((await this.#admin.partitionCount()) === 0) {
      throw new MeterpulseError('LOG_TOPIC_MISSING', `Kafka has no topic ${this.#options.topic}`);
    }
  }

  identity(): Promise<string> {
    return this.#admin.clusterId();
  }

  incarnation(): Promise<string | null> {
    return this.#admin.topicId();
  }

  partitionCount(): Promise<number> {
    return this.#admin.partitionCount();
  }

  async close(): Promise<void> {
    this.#publisher.close();
    await this.#admin.close();
  }

  #client(requestTimeoutMs: number): Kafka {
    return createKafkaClient({
      ...this.#options,
      requestTimeoutMs: Math.min(Math.max(requestTimeoutMs, MIN_REQUEST_TIMEOUT_MS), MAX_REQUEST_TIMEOUT_MS),
    });
  }
}
