import { ensureInbox } from '../../store/inbox-setup.js';
import { migrate } from '../../store/migrate.js';
import { createPool } from '../../store/pool.js';
import { Child } from '../child.js';
import type { Breakdown, Figure, SuiteOptions, SuiteResult } from '../figure.js';
import type { ConsumeRequest } from '../floors/bare-log.js';
import { logContent } from '../log-content.js';
import type { PaceResult } from '../pace.js';
import { profiling } from '../profiling.js';
import type { PublishRequest, PublishResult } from '../publishing.js';
import { Services } from '../services.js';
import { spread } from '../statistics.js';
import type { DrainRequest } from '../subjects/worker.js';
import { Topics } from '../topics.js';

/** Of what bare kafkajs does: splitting by size, deadlines, whole retries, claims and order may cost a fifth. */
const KAFKA_TARGET = 0.8;
/** As the gateway's batcher. */
const UNDER_WAY = 4;
const SENDS = [
  { perSend: 500, kafka: 100_000, inbox: 30_000 },
  { perSend: 100, kafka: 50_000, inbox: 15_000 },
  { perSend: 1, kafka: 4_000, inbox: 1_500 },
] as const;
const CONSUMED = 300_000;
const INBOX_PARTITIONS = 4;
const SIDES = ['meterpulse', 'floor'] as const;

type Side = (typeof SIDES)[number];
/** Messages, and what they took. */
type Pass = PublishResult | PaceResult;

/** One line of the results: a way of using one of the logs. */
class Passes {
  readonly of: Record<Side, Pass[]> = { meterpulse: [], floor: [] };
  constructor(
    readonly name: string,
    readonly target: Figure['target'],
  ) {}

  get figure(): Figure {
    const perSecond = (side: Side): number[] =>
      this.of[side].map(({ messages, seconds }) => messages / seconds);
    return {
      name: this.name,
      unit: 'messages/s',
      product: perSecond('meterpulse'),
      floor: perSecond('floor'),
      target: this.target,
    };
  }

  get cpuLine(): Breakdown['lines'][number] {
    const microseconds = (side: Side): string =>
      spread(this.of[side].map(({ messages, cpuSeconds }) => (cpuSeconds * 1e6) / messages)).median.toFixed(
        1,
      );
    return [this.name, microseconds('meterpulse'), microseconds('floor')];
  }
}

/** The message log's two adapters, each against its client alone on the same server. */
export async function logSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const scale = quick ? 0.1 : 1;
  const target = { of: 'ratio', atLeast: KAFKA_TARGET } as const;
  const kafka = {
    publish: SENDS.map(({ perSend }) => new Passes(`Kafka, published in sends of ${perSend}`, target)),
    consume: new Passes('Kafka, consumed', target),
  };
  const inbox = {
    publish: SENDS.map(({ perSend }) => new Passes(`inbox, published in sends of ${perSend}`, null)),
    consume: new Passes('inbox, consumed', null),
  };
  await using services = await Services.start({ postgres: true });
  await using topics = new Topics(services.brokers);
  const consumed = await filledTopic(topics, CONSUMED * scale);
  for (let round = 0; round < rounds; round++) {
    // Turn about, so that neither always follows the other.
    for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed()) {
      const topic = await topics.create(`bench-log-${side}-${round}`);
      await kafkaPasses(services, side, topic, scale, kafka.publish);
      kafka.consume.of[side].push(await consumeKafka(services, side, consumed, round, CONSUMED * scale));
      await inboxPasses(services, side, scale, inbox);
    }
    const rate = ({ messages, seconds }: Pass): number => Math.round(messages / seconds);
    const told = [...kafka.publish, kafka.consume, ...inbox.publish, inbox.consume].map(({ of }) =>
      SIDES.map((side) => rate(of[side].at(-1) ?? { messages: NaN, seconds: NaN, cpuSeconds: NaN })).join(
        ' of ',
      ),
    );
    progress(`log: round ${round + 1}/${rounds}: ${told.join(', ')} messages/s`, (round + 1) / rounds);
  }
  const all = [...kafka.publish, kafka.consume, ...inbox.publish, inbox.consume];
  return {
    suite: 'log',
    method:
      `Records as a gateway makes them, ${UNDER_WAY} sends under way; Kafka: 12 partitions, acks=all; inbox: ${INBOX_PARTITIONS} partitions, each send ` +
      'committed. Consumed: a full log read by a fresh process, as a worker does, which only counts the records. Floor on Kafka: kafkajs producer and ' +
      'consumer alone; of the inbox: one INSERT .. unnest a send into a table with one counter, and SELECT by pages of it: without ' +
      'partitions, order within a key, or waking of consumers.',
    figures: all.map(({ figure }) => figure),
    breakdowns: [
      {
        title: 'CPU of the process, µs a message',
        headings: ['pass', 'meterpulse', 'floor'],
        lines: all.map(({ cpuLine }) => cpuLine),
      },
    ],
  };
}

async function filledTopic(topics: Topics, messages: number): Promise<string> {
  const topic = await topics.create('bench-log-full');
  const content = logContent();
  await topics.fillRecords(
    topic,
    Array.from({ length: messages }, (_, index) => content[index % content.length] ?? { key: '', value: '' }),
  );
  return topic;
}

async function kafkaPasses(
  services: Services,
  side: Side,
  topic: string,
  scale: number,
  passes: readonly Passes[],
): Promise<void> {
  await using publisher = Child.start(
    side === 'floor' ? 'benchmarks/floors/bare-log' : 'benchmarks/subjects/log',
    { KAFKA_BROKERS: services.brokers.join(), KAFKA_TOPIC: topic },
    profiling(`log-publish-${side}`),
  );
  for (const [index, { perSend, kafka }] of SENDS.entries()) {
    passes[index]?.of[side].push(await publishOnce(publisher, perSend, kafka * scale));
  }
}

/** After a tenth that counts for nothing: code that has just been loaded is slow. */
async function publishOnce(publisher: Child, perSend: number, messages: number): Promise<PublishResult> {
  const request: PublishRequest = { messages, perSend, underWay: UNDER_WAY };
  await publisher.call('publish', { ...request, messages: messages / 10 });
  return publisher.call<PublishResult>('publish', request);
}

async function consumeKafka(
  services: Services,
  side: Side,
  topic: string,
  round: number,
  total: number,
): Promise<PaceResult> {
  const environment = {
    KAFKA_BROKERS: services.brokers.join(),
    KAFKA_TOPIC: topic,
    KAFKA_GROUP: `bench-log-${side}-${round}`,
  };
  return consumeOnce(side, 'benchmarks/floors/bare-log', environment, total);
}

async function consumeOnce(
  side: Side,
  floor: string,
  environment: Readonly<Record<string, string>>,
  total: number,
): Promise<PaceResult> {
  await using consumer = Child.start(
    side === 'floor' ? floor : 'benchmarks/subjects/worker',
    environment,
    profiling(`log-consume-${side}`),
  );
  const warmUp = Math.floor(total / 5);
  if (side === 'floor') {
    const request: ConsumeRequest = { warmUp, total };
    return await consumer.call<PaceResult>('consume', request);
  }
  const request: DrainRequest = { stage: 'consume', warmUp, total };
  return await consumer.call<PaceResult>('drain', request);
}

/** A fresh database, published into and then read. */
async function inboxPasses(
  services: Services,
  side: Side,
  scale: number,
  passes: { readonly publish: readonly Passes[]; readonly consume: Passes },
): Promise<void> {
  const name = `inbox_${side}`;
  const databaseUrl = await services.createDatabase(name);
  const floor = 'benchmarks/floors/bare-inbox';
  try {
    await using publisher = Child.start(
      side === 'floor' ? floor : 'benchmarks/subjects/log',
      { DATABASE_URL: databaseUrl },
      profiling(`log-inbox-publish-${side}`),
    );
    if (side === 'floor') await publisher.call('prepare');
    else await prepareInbox(databaseUrl);
    let total = 0;
    for (const [index, { perSend, inbox }] of SENDS.entries()) {
      passes.publish[index]?.of[side].push(await publishOnce(publisher, perSend, inbox * scale));
      total += inbox * scale * 1.1;
    }
    await publisher.stop();
    const environment = { DATABASE_URL: databaseUrl };
    passes.consume.of[side].push(await consumeOnce(side, floor, environment, Math.round(total)));
  } finally {
    await services.dropDatabase(name);
  }
}

async function prepareInbox(databaseUrl: string): Promise<void> {
  await migrate(databaseUrl);
  const pool = createPool({ url: databaseUrl, max: 1, applicationName: 'bench' });
  try {
    await ensureInbox(pool, { partitions: INBOX_PARTITIONS });
  } finally {
    await pool.end();
  }
}
