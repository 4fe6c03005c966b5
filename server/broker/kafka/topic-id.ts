import type { Kafka } from 'kafkajs';

/** Of Metadata, from which on topics have ids that are told (Kafka 2.8, KIP-516) and a topic is asked for by name. */
const METADATA = { apiKey: 3, apiVersion: 12, apiName: 'Metadata' } as const;
const UUID_BYTES = 16;
const NO_ID = '0'.repeat(UUID_BYTES * 2);

/** What of kafkajs' own parts is used: its public face asks for Metadata of a version without ids. */
interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  readonly brokerPool: {
    readonly versions: Readonly<Record<number, { readonly maxVersion: number }>>;
    readonly seedBroker: { readonly connectionPool: { send(exchange: Exchange): Promise<Answer> } };
  };
}

interface Exchange {
  readonly request: typeof METADATA & {
    encode(): Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>;
  };
  readonly response: { decode(bytes: Buffer): Promise<Answer>; parse(answer: Answer): Promise<Answer> };
}

interface Answer {
  readonly id: string | null;
}

/**
 * The id that Kafka gave to the topic when it was made: one that is deleted and made again under its name has another one. null:
 * the broker is too old to tell. Rejects as kafkajs does, and with a RangeError where an answer is cut short.
 */
export async function readTopicId(kafka: Kafka, topic: string): Promise<string | null> {
  const cluster = createCluster(kafka);
  try {
    await cluster.connect();
    const { versions, seedBroker } = cluster.brokerPool;
    if ((versions[METADATA.apiKey]?.maxVersion ?? 0) < METADATA.apiVersion) return null;
    const bytes = encodeTopicRequest(topic);
    const { id } = await seedBroker.connectionPool.send({
      request: { ...METADATA, encode: () => Promise.resolve({ buf: bytes, buffer: bytes }) },
      response: {
        decode: (answer) => Promise.resolve({ id: decodeTopicId(answer) }),
        parse: (answer) => Promise.resolve(answer),
      },
    });
    return id;
  } finally {
    await cluster.disconnect().catch(() => undefined);
  }
}

function createCluster(kafka: Kafka): Cluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const make = symbol === undefined ? undefined : (kafka as unknown as Record<symbol, unknown>)[symbol];
  if (typeof make !== 'function') throw new Error('kafkajs has no such part any more: see topic-id.ts');
  return (make as (options: object) => Cluster)({ allowAutoTopicCreation: false });
}

/**
 * After kafkajs' header, which lacks the tagged fields of a flexible one:
 *
 *     tagged fields, [topics] = { id 16 bytes, name COMPACT_STRING, tagged fields }, allow creation, authorized operations, tagged fields
 */
export function encodeTopicRequest(topic: string): Buffer {
  const name = Buffer.from(topic);
  return Buffer.concat([
    Buffer.of(0, 2),
    Buffer.alloc(UUID_BYTES),
    uvarint(name.length + 1),
    name,
    Buffer.of(0, 0, 0, 0),
  ]);
}

/**
 * After the correlation id:
 *
 *     tagged fields, throttle time INT32, [brokers] = { id INT32, host, port INT32, rack, tagged fields }, cluster id, controller INT32,
 *     [topics] = { error INT16, name, id 16 bytes, ... }
 */
export function decodeTopicId(bytes: Buffer): string | null {
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new RangeError('an answer of Metadata is cut short');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const number = (): number => {
    let [value, shift] = [0, 0];
    for (;;) {
      const byte = take(1).readUInt8();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
      shift += 7;
    }
  };
  /** Its length is one more than it has bytes; 0: null. */
  const text = (): void => void take(Math.max(number() - 1, 0));
  const tagged = (): void => {
    for (let left = number(); left > 0; left--) {
      number();
      take(number());
    }
  };
  tagged();
  take(4);
  for (let brokers = number() - 1; brokers > 0; brokers--) {
    take(4);
    text();
    take(4);
    text();
    tagged();
  }
  text();
  take(4);
  if (number() < 2) return null;
  if (take(2).readInt16BE() !== 0) return null;
  text();
  const id = take(UUID_BYTES).toString('hex');
  return id === NO_ID ? null : id;
}

function uvarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
}
