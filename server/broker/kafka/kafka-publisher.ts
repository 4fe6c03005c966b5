import type { Logger } from 'pino';
import { backoffMs, pause, TIMED_OUT, within } from '../deadline.js';
import type { LogMessage } from '../message-log.js';
import { MessagesTooLargeError } from '../messages-too-large-error.js';
import type { LogMetrics } from '../metrics.js';
import type { KafkaAdmin } from './kafka-admin.js';
import { asUnavailable, isTooLarge, isTopicMissing, isTransient, messageOf } from './kafka-errors.js';
import { kafkaRefusalOf } from './kafka-refusals.js';
import { BATCH_OVERHEAD_BYTES, RECORD_OVERHEAD_BYTES, type SizedMessage } from './produce/record-batch.js';
import type { KafkaSecurity } from './security/kafka-security.js';
import { TopicProducer } from './produce/topic-producer.js';

export interface KafkaPublisherOptions {
  readonly admin: KafkaAdmin;
  readonly clientId: string;
  readonly security?: KafkaSecurity | undefined;
  readonly topic: string;
  readonly publishTimeoutMs: number;
  /** Told of each write that the brokers won't take from this client. */
  readonly onRefused?: (error: unknown) => void;
  readonly logger: Logger;
  readonly metrics: LogMetrics;
}

/**
 * Writes with acks=all. Not with kafkajs' producer: to encode a record costs it five times as much. Its idempotent mode
 * numbers the request after a failed one the same, and the broker confirms as a duplicate what it never stored; its retries
 * remember which broker has answered, not for which partitions, and so skip a partition whose leader moved in between.
 * Every attempt here is a whole one; what doubles is absorbed by the store.
 */
export class KafkaPublisher {
  readonly #options: KafkaPublisherOptions;
  readonly #producer: TopicProducer;
  #maxBytes: number | undefined;
  #closed = false;

  constructor(options: KafkaPublisherOptions) {
    this.#options = options;
    const { clientId, topic, security, admin } = options;
    this.#producer = new TopicProducer({ clientId, topic, security, askLeaders: () => admin.leaders() });
  }

  /** Resolves when all are durable. Rejects with LOG_UNAVAILABLE or {@link MessagesTooLargeError}. */
  async publish(messages: readonly LogMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const { metrics, publishTimeoutMs } = this.#options;
    const started = performance.now();
    const deadline = started + publishTimeoutMs;
    const sized = messages.map(measure);
    try {
      await this.#publishSplit(sized, deadline, await this.#limit(deadline));
      metrics.messages.inc({ outcome: 'published' }, messages.length);
    } catch (error) {
      const tooLarge = error instanceof MessagesTooLargeError ? error.indexes.length : 0;
      if (tooLarge > 0) {
        metrics.messages.inc({ outcome: 'too_large' }, tooLarge);
        metrics.messages.inc({ outcome: 'published' }, messages.length - tooLarge);
      } else {
        metrics.messages.inc({ outcome: 'unavailable' }, messages.length);
      }
      throw error;
    } finally {
      metrics.publishSeconds.observe((performance.now() - started) / 1000);
    }
  }

  close(): void {
    this.#closed = true;
    this.#producer.disconnect();
  }

  /** In sends that fit the topic's limit whatever the partition: a batch above it fails as a whole, and for good. */
  async #publishSplit(sized: readonly SizedMessage[], deadline: number, maxBytes: number): Promise<void> {
    const fitting = sized.filter((each) => bytesOf(each) <= maxBytes);
    for (const send of split(fitting, maxBytes)) {
      try {
        await this.#sendUntil(deadline, send);
      } catch (error) {
        if (!isTooLarge(error)) throw error;
        // The topic's limit was lowered since it was read. What was sent before is sent again: that only doubles.
        this.#maxBytes = undefined;
        const lowered = await this.#limit(deadline);
        if (lowered >= maxBytes) throw asUnavailable('Kafka takes no batch of this size', error);
        return this.#publishSplit(sized, deadline, lowered);
      }
    }
    if (fitting.length < sized.length) {
      const indexes = sized.flatMap((each, index) => (bytesOf(each) > maxBytes ? [index] : []));
      throw new MessagesTooLargeError(indexes, maxBytes);
    }
  }

  async #sendUntil(deadline: number, messages: readonly SizedMessage[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const remaining = deadline - performance.now();
      try {
        const sent = await within(Math.max(remaining, 1), this.#send(messages, remaining));
        if (sent !== TIMED_OUT) return;
        // What hangs is given up with its connection, else each later publish would wait for the same one.
        this.#producer.disconnect();
        throw asUnavailable('Kafka did not confirm a write', new Error('no answer in time'));
      } catch (error) {
        if (isTooLarge(error)) throw error;
        const wait = backoffMs(attempt, 1_000);
        const refusal = kafkaRefusalOf(error);
        if (refusal !== undefined) this.#options.onRefused?.(error);
        const hopeless =
          this.#closed || refusal !== undefined || !(isTransient(error) || isTopicMissing(error));
        if (hopeless || performance.now() + wait >= deadline) {
          throw asUnavailable('Kafka does not take messages', error);
        }
        this.#options.logger.debug({ err: error, attempt }, `a write to Kafka failed: ${messageOf(error)}`);
        await pause(wait);
      }
    }
  }

  #send(messages: readonly SizedMessage[], timeoutMs: number): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('the log is closed'));
    return this.#producer.send(messages, Math.max(Math.ceil(timeoutMs), 1));
  }

  /** The topic's limit, asked once. */
  async #limit(deadline: number): Promise<number> {
    for (let attempt = 0; this.#maxBytes === undefined; attempt++) {
      try {
        const remaining = Math.max(deadline - performance.now(), 1);
        const bytes = await within(remaining, this.#options.admin.maxMessageBytes());
        if (bytes === TIMED_OUT) throw new Error('no answer in time');
        this.#maxBytes = bytes - BATCH_OVERHEAD_BYTES;
      } catch (error) {
        const wait = backoffMs(attempt, 1_000);
        // Told as it should be, and by whom, already.
        if (kafkaRefusalOf(error) !== undefined) throw error;
        if (this.#closed || performance.now() + wait >= deadline) {
          throw asUnavailable('Kafka does not take messages', error);
        }
        await pause(wait);
      }
    }
    return this.#maxBytes;
  }
}

function measure({ key, value }: LogMessage): SizedMessage {
  return { key, value, keyBytes: Buffer.byteLength(key), valueBytes: Buffer.byteLength(value) };
}

function bytesOf({ keyBytes, valueBytes }: SizedMessage): number {
  return keyBytes + valueBytes + RECORD_OVERHEAD_BYTES;
}

function* split(messages: readonly SizedMessage[], maxBytes: number): Generator<SizedMessage[]> {
  let send: SizedMessage[] = [];
  let bytes = 0;
  for (const each of messages) {
    const more = bytesOf(each);
    if (send.length > 0 && bytes + more > maxBytes) {
      yield send;
      send = [];
      bytes = 0;
    }
    send.push(each);
    bytes += more;
  }
  if (send.length > 0) yield send;
}
