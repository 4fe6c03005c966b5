// Node sees some of kafkajs' exports by name only; ConfigResourceTypes is not among them.
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { MeterpulseError } from '../../../helpers/meterpulse-error.js';
import { TIMED_OUT, within } from '../deadline.js';
import type { OffsetRange } from '../log-reader.js';
import { asUnavailable, isTopicMissing } from './kafka-errors.js';
import { kafkaRefusalOf } from './kafka-refusals.js';
import type { BrokerAddress, Leaders } from './produce/leadership.js';
import { readTopicId } from './topic-id.js';
import { whileTopicSpreads } from './while-topic-spreads.js';

const TIMEOUT_MS = 10_000;
/** What a broker takes unless the topic says otherwise (Kafka's default of max.message.bytes). */
const DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

/** What one asks Kafka besides records. Connects on first use, and anew after a failure. */
export class KafkaAdmin {
  readonly #kafka: Kafka;
  readonly #topic: string;
  readonly #onRefused: (error: unknown) => void;
  #connected: Promise<Admin> | undefined;
  #reported: Promise<ReadonlyMap<number, number>> | undefined;
  #reading: Promise<ReadonlyMap<number, OffsetRange>> | undefined;

  /** @param onRefused told of each question that the brokers won't answer to this client */
  constructor(kafka: Kafka, topic: string, onRefused: (error: unknown) => void = () => undefined) {
    this.#kafka = kafka;
    this.#topic = topic;
    this.#onRefused = onRefused;
  }

  async clusterId(): Promise<string> {
    return (await this.#ask('Kafka does not name its cluster', (admin) => admin.describeCluster())).clusterId;
  }

  /** Another one when the topic is made anew; null: Kafka is too old to tell. Rejects with LOG_UNAVAILABLE. */
  async topicId(): Promise<string | null> {
    try {
      const answer = await within(TIMEOUT_MS, readTopicId(this.#kafka, this.#topic));
      if (answer === TIMED_OUT) throw new Error(`no answer within ${TIMEOUT_MS} ms`);
      return answer;
    } catch (error) {
      throw asUnavailable('Kafka does not name the id of the topic', error);
    }
  }

  /** Rejects with LOG_TOPIC_MISSING or LOG_UNAVAILABLE, like all below. */
  async partitionCount(): Promise<number> {
    const { topics } = await this.#ask('Kafka does not describe the topic', (admin) =>
      admin.fetchTopicMetadata({ topics: [this.#topic] }),
    );
    return topics[0]?.partitions.length ?? 0;
  }

  /** Does not wait for a topic that spreads, or an election that goes on: whoever writes tries again anyway. */
  leaders(): Promise<Leaders> {
    return this.#askOnce('Kafka does not name the leaders of the topic', async (admin) => {
      const { brokers } = await admin.describeCluster();
      const { topics } = await admin.fetchTopicMetadata({ topics: [this.#topic] });
      const addresses = new Map(brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
      const partitions = topics[0]?.partitions ?? [];
      const leaders = new Array<BrokerAddress | null>(partitions.length).fill(null);
      for (const { partitionId, leader } of partitions) leaders[partitionId] = addresses.get(leader) ?? null;
      return leaders;
    });
  }

  /** Calls at the same time share one question; `fresh` asks anew whatever is under way. */
  offsets(options: { fresh?: boolean } = {}): Promise<ReadonlyMap<number, OffsetRange>> {
    if (this.#reading !== undefined && options.fresh !== true) return this.#reading;
    const reading = this.#ask('Kafka does not tell offsets', (admin) =>
      admin.fetchTopicOffsets(this.#topic),
    ).then(
      (rows) => new Map(rows.map((row) => [row.partition, { low: Number(row.low), high: Number(row.high) }])),
    );
    this.#reading = reading;
    const done = (): void => {
      if (this.#reading === reading) this.#reading = undefined;
    };
    reading.then(done, done);
    return reading;
  }

  /** Of each partition the offset of its first record of this time (ms since 1970 UTC) or later; its end where there is none. */
  async offsetsAt(ms: number): Promise<ReadonlyMap<number, number>> {
    const rows = await this.#ask('Kafka does not tell offsets of a time', (admin) =>
      admin.fetchTopicOffsetsByTimestamp(this.#topic, ms),
    );
    return new Map(rows.map(({ partition, offset }) => [partition, Number(offset)]));
  }

  /** Best effort: a group that nobody is in any more and that stored no position is forgotten by Kafka too, later. */
  async removeGroup(groupId: string): Promise<void> {
    await this.#askOnce('Kafka does not remove a group', (admin) => admin.deleteGroups([groupId])).catch(
      () => undefined,
    );
  }

  /** What the group was last told to have stored: next offset by partition. One question for all partitions of a claim. */
  reportedOffsets(groupId: string): Promise<ReadonlyMap<number, number>> {
    this.#reported ??= this.#ask('Kafka does not tell what the group has stored', (admin) =>
      admin.fetchOffsets({ groupId, topics: [this.#topic] }),
    )
      .then(([topic]) => {
        const told = (topic?.partitions ?? []).map(
          ({ partition, offset }) => [partition, Number(offset)] as const,
        );
        // -1: never told.
        return new Map(told.filter(([, offset]) => offset > 0));
      })
      .finally(() => (this.#reported = undefined));
    return this.#reported;
  }

  async maxMessageBytes(): Promise<number> {
    const { resources } = await this.#ask("Kafka does not tell the topic's settings", (admin) =>
      admin.describeConfigs({
        includeSynonyms: false,
        resources: [
          { type: kafkajs.ConfigResourceTypes.TOPIC, name: this.#topic, configNames: ['max.message.bytes'] },
        ],
      }),
    );
    return Number(resources[0]?.configEntries[0]?.configValue ?? DEFAULT_MAX_MESSAGE_BYTES);
  }

  async close(): Promise<void> {
    const connected = this.#connected;
    this.#connected = undefined;
    if (connected !== undefined) await disconnect(connected);
  }

  #ask<T>(what: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    return this.#askOnce(what, (admin) => whileTopicSpreads(() => question(admin)));
  }

  async #askOnce<T>(what: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    const connected = (this.#connected ??= this.#connect());
    try {
      const answer = await within(TIMEOUT_MS, connected.then(question));
      if (answer === TIMED_OUT) throw new Error(`no answer within ${TIMEOUT_MS} ms`);
      return answer;
    } catch (error) {
      if (isTopicMissing(error)) {
        throw new MeterpulseError('LOG_TOPIC_MISSING', `Kafka has no topic ${this.#topic}`, { cause: error });
      }
      if (this.#connected === connected) this.#connected = undefined;
      void disconnect(connected);
      if (kafkaRefusalOf(error) !== undefined) this.#onRefused(error);
      throw asUnavailable(what, error);
    }
  }

  async #connect(): Promise<Admin> {
    const admin = this.#kafka.admin();
    await admin.connect();
    return admin;
  }
}

async function disconnect(connected: Promise<Admin>): Promise<void> {
  await within(
    TIMEOUT_MS,
    connected.then((admin) => admin.disconnect()).catch(() => undefined),
  );
}
