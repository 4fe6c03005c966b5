/**
 * The floor of the end-to-end latency: the same chain of services with nothing between. A kafkajs producer sends one message
 * at a time (acks=all), a kafkajs consumer inserts it and commits, and a connection of its own polls until it sees the row.
 */
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import pg from 'pg';
import { serve } from '../child.js';
import { atRate, type Latencies, summary } from '../latencies.js';

export interface ChainRequest {
  readonly databaseUrl: string;
  readonly perSecond: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

const topic = process.env['KAFKA_TOPIC'] ?? '';
const kafka = new Kafka({
  clientId: 'bare-chain',
  brokers: (process.env['KAFKA_BROKERS'] ?? '').split(','),
  logLevel: logLevel.ERROR,
});

async function run(request: ChainRequest): Promise<{ ack: Latencies; queryable: Latencies }> {
  const { databaseUrl, perSecond, warmUpMs, measureMs } = request;
  const [writer, reader] = [1, 2].map(() => new pg.Client({ connectionString: databaseUrl }));
  if (writer === undefined || reader === undefined) throw new Error('no connections');
  await Promise.all([writer.connect(), reader.connect()]);
  await writer.query('create table arrived (id integer primary key)');
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const consumer = kafka.consumer({ groupId: `chain-${topic}`, maxWaitTimeInMs: 200 });
  await producer.connect();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: 12,
    eachMessage: async ({ message }) => {
      await writer.query('insert into arrived (id) values ($1)', [Number(message.value)]);
    },
  });
  await joined;

  const ack: number[] = [];
  const queryable: number[] = [];
  const sentAt: number[] = [];
  const isMeasured = (id: number): boolean => id >= (warmUpMs / 1_000) * perSecond;
  const acknowledged: Promise<void>[] = [];
  const sending = atRate(perSecond, warmUpMs + measureMs, (id, dueAt) => {
    sentAt[id] = dueAt;
    acknowledged.push(
      producer
        .send({ topic, acks: -1, messages: [{ key: `CP-${id % 100}`, value: String(id) }] })
        .then(() => {
          if (isMeasured(id)) ack.push(performance.now() - dueAt);
        }),
    );
  });
  const state = { over: false };
  void sending.then(() => (state.over = true));
  for (let last = -1; ;) {
    await until(() => sentAt.length - 1 > last || state.over);
    if (state.over) break;
    last = sentAt.length - 1;
    await arrival(reader, last);
    if (isMeasured(last)) queryable.push(performance.now() - (sentAt[last] ?? NaN));
  }
  await Promise.all(acknowledged);
  await Promise.all([consumer.disconnect(), producer.disconnect(), writer.end(), reader.end()]);
  return { ack: summary(ack), queryable: summary(queryable) };
}

async function arrival(reader: pg.Client, id: number): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    const { rowCount } = await reader.query('select from arrived where id = $1', [id]);
    if (rowCount === 1) return;
  }
  throw new Error(`message ${id} did not arrive within 60 s`);
}

async function until(isThere: () => boolean): Promise<void> {
  while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 1));
}

serve({ run });
