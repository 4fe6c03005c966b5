import { Partitioners, type Kafka, type Message, type Producer } from 'kafkajs';
import type { Logger } from 'pino';
import { backoffMs, pause, TIMED_OUT, within } from '../deadline.js';
import type { LogMessage } from '../message-log.js';
import { MessagesTooLargeError } from '../messages-too-large-error.js';
import type { LogMetrics } from '../metrics.js';
import type { KafkaAdmin } from './kafka-admin.js';
import { asUnavailable, isTooLarge, isTopicMissing, isTransient, messageOf } from './kafka-errors.js';

export interface KafkaPublisherOptions {
  readonly kafka: Kafka;
  readonly admin: KafkaAdmin;
  readonly topic: string;
  readonly publishTimeoutMs: number;
  readonly logger: Logger;
  readonly metrics: LogMetrics;
}

/** Head of a record batch; and what a record has besides key and value, at most. */
const BATCH_OVERHEAD_BYTES = 61;
const RECORD_OVERHEAD_BYTES = 32;
/** kafkajs sorts a send into partitions by copying arrays: the effort grows with the square. */
const MAX_MESSAGES_PER_SEND = 1_000;
const DISCONNECT_TIMEOUT_MS = 5_000;

interface Sized {
  readonly message: Message;
  readonly bytes: number;
}

/**
 * Writes with acks=all. Not with kafkajs' idempotent mode: after a failed produce request it numbers the next one the
 * same, and the broker confirms as a duplicate what it never stored. Nor with kafkajs' retries: they remember which
 * broker has answered, not for which partitions, and so skip a partition whose leader moved in between. Every attempt
 * here is a whole one; what doubles is absorbed by the store.
 */
export class KafkaPublisher {
  readonly #options: KafkaPublisherOptions;
  #producer: Promise<Producer> | undefined;
  #maxBytes: number | undefined;
  #closed = false;

  constructor(options: KafkaPublisherOptions) {
    this.#options = options;
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

  async close(): Promise<void> {
    this.#closed = true;
    await this.#discard();
  }

  /** In sends that fit the topic's limit whatever the partition: a batch above it fails as a whole, and for good. */
  async #publishSplit(sized: readonly Sized[], deadline: number, maxBytes: number): Promise<void> {
    const fitting = sized.filter(({ bytes }) => bytes <= maxBytes);
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
      const indexes = sized.flatMap(({ bytes }, index) => (bytes > maxBytes ? [index] : []));
      throw new MessagesTooLargeError(indexes, maxBytes);
    }
  }

  async #sendUntil(deadline: number, messages: readonly Sized[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const remaining = deadline - performance.now();
      try {
        const sent = await within(Math.max(remaining, 1), this.#send(messages, remaining));
        if (sent !== TIMED_OUT) return;
        // What hangs is given up with its connection, else each later publish would wait for the same one.
        void this.#discard();
        throw asUnavailable('Kafka did not confirm a write', new Error('no answer in time'));
      } catch (error) {
        if (isTooLarge(error)) throw error;
        const wait = backoffMs(attempt, 1_000);
        const hopeless = this.#closed || !(isTransient(error) || isTopicMissing(error));
        if (hopeless || performance.now() + wait >= deadline) {
          throw asUnavailable('Kafka does not take messages', error);
        }
        this.#options.logger.debug({ err: error, attempt }, `a write to Kafka failed: ${messageOf(error)}`);
        await pause(wait);
      }
    }
  }

  async #send(messages: readonly Sized[], timeoutMs: number): Promise<void> {
    const producer = await this.#connected();
    await producer.send({
      topic: this.#options.topic,
      acks: -1,
      timeout: Math.max(Math.ceil(timeoutMs), 1),
      messages: messages.map(({ message }) => message),
    });
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
        if (this.#closed || performance.now() + wait >= deadline) {
          throw asUnavailable('Kafka does not take messages', error);
        }
        await pause(wait);
      }
    }
    return this.#maxBytes;
  }

  #connected(): Promise<Producer> {
    if (this.#closed) return Promise.reject(new Error('the log is closed'));
    if (this.#producer === undefined) {
      const producer = this.#connect();
      this.#producer = producer;
      producer.catch(() => {
        if (this.#producer === producer) this.#producer = undefined;
      });
    }
    return this.#producer;
  }

  async #connect(): Promise<Producer> {
    const producer = this.#options.kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      idempotent: false,
      retry: { retries: 0 },
    });
    await producer.connect();
    return producer;
  }

  async #discard(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    if (producer === undefined) return;
    await within(
      DISCONNECT_TIMEOUT_MS,
      producer.then((each) => each.disconnect()).catch(() => undefined),
    );
  }
}

function measure({ key, value }: LogMessage): Sized {
  const bytes = Buffer.byteLength(key) + Buffer.byteLength(value) + RECORD_OVERHEAD_BYTES;
  return { message: { key, value }, bytes };
}

function* split(messages: readonly Sized[], maxBytes: number): Generator<Sized[]> {
  let send: Sized[] = [];
  let bytes = 0;
  for (const each of messages) {
    if (send.length > 0 && (bytes + each.bytes > maxBytes || send.length === MAX_MESSAGES_PER_SEND)) {
      yield send;
      send = [];
      bytes = 0;
    }
    send.push(each);
    bytes += each.bytes;
  }
  if (send.length > 0) yield send;
}
