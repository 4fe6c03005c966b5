import type { KafkaSecurity } from '../security/kafka-security.js';
import { BrokerError } from './broker-error.js';
import { Leadership, type BrokerAddress, type Leaders } from './leadership.js';
import { partitionOfKey } from './partition-of-key.js';
import { ProduceConnection } from './produce-connection.js';
import type { SizedMessage } from './record-batch.js';

export interface TopicProducerOptions {
  readonly clientId: string;
  readonly topic: string;
  /** Default: plain TCP. */
  readonly security?: KafkaSecurity | undefined;
  readonly askLeaders: () => Promise<Leaders>;
}

type Partitions = Map<number, SizedMessage[]>;

/** Writes messages to the brokers that lead their partitions, one connection each, opened when it is needed. */
export class TopicProducer {
  readonly #options: TopicProducerOptions;
  readonly #leadership: Leadership;
  /** By `host:port`. */
  readonly #connections = new Map<string, ProduceConnection>();
  /** Others took over from them; they still wait for answers. */
  readonly #outgoing = new Set<ProduceConnection>();

  constructor(options: TopicProducerOptions) {
    this.#options = options;
    this.#leadership = new Leadership(options.askLeaders);
  }

  /**
   * One attempt, with acks=all. When it rejects any part of the messages may be written: with a BrokerError, a
   * ConnectionLostError, or because nobody tells who leads.
   *
   * @param timeoutMs how long a broker may wait for the replicas; that it answers at all is the caller's to watch
   */
  async send(messages: readonly SizedMessage[], timeoutMs: number): Promise<void> {
    const leaders = await this.#leadership.current();
    const { clientId, topic } = this.#options;
    const timestamp = Date.now();
    try {
      const sent: Promise<void>[] = [];
      for (const [address, partitions] of byLeader(messages, leaders)) {
        const request = { clientId, topic, timeoutMs, timestamp, partitions };
        sent.push(this.#connection(address).send(request));
      }
      await Promise.all(sent);
    } catch (error) {
      this.#leadership.doubt();
      throw error;
    }
  }

  /** Whoever waits for an answer is told that the connection ended; the next send connects anew. */
  disconnect(): void {
    this.#leadership.doubt();
    for (const connection of [...this.#connections.values(), ...this.#outgoing]) connection.close();
    this.#connections.clear();
    this.#outgoing.clear();
  }

  #connection(address: BrokerAddress): ProduceConnection {
    const name = `${address.host}:${address.port}`;
    const open = this.#connections.get(name);
    if (open?.isUsable === true) return open;
    const { clientId, security } = this.#options;
    const connection = new ProduceConnection(address, clientId, security);
    this.#connections.set(name, connection);
    if (open !== undefined) this.#outgoing.add(open);
    for (const each of this.#outgoing) if (each.isOver) this.#outgoing.delete(each);
    return connection;
  }
}

/** Throws a BrokerError when a partition has no leader. */
function byLeader(messages: readonly SizedMessage[], leaders: Leaders): Map<BrokerAddress, Partitions> {
  const byPartition: Partitions = new Map();
  for (const message of messages) {
    const partition = partitionOfKey(message.key, leaders.length);
    const others = byPartition.get(partition);
    if (others === undefined) byPartition.set(partition, [message]);
    else others.push(message);
  }
  const grouped = new Map<BrokerAddress, Partitions>();
  for (const [partition, ofPartition] of byPartition) {
    const leader = leaders[partition] ?? null;
    if (leader === null) throw new BrokerError('LEADER_NOT_AVAILABLE', true, partition);
    const partitions = grouped.get(leader) ?? new Map<number, SizedMessage[]>();
    partitions.set(partition, ofPartition);
    grouped.set(leader, partitions);
  }
  return grouped;
}
