import { migrate } from '../../store/migrate.js';
import { Child } from '../child.js';
import type { Figure, SuiteOptions, SuiteResult } from '../figure.js';
import type { PaceResult } from '../pace.js';
import { DEBEZIUM_BEST, PeerDrains, type Drained, type Stopped } from '../peers/drain-peers.js';
import { mavenVersion } from '../peers/peer-versions.js';
import { poisonOf, poisonTable } from '../peers/poison.js';
import { connectRecord, flatRecord, readingRows, type ReadingRow } from '../peers/reading-records.js';
import { profiling } from '../profiling.js';
import { Services } from '../services.js';
import { spread } from '../statistics.js';
import type { DrainRequest } from '../subjects/worker.js';
import { Topics } from '../topics.js';
import { toRecord, workload, type Workload } from '../workload.js';

const DEBEZIUM_TARGET = 3;
/** One INSERT a reading takes too long for all of them. */
const INSERTED = { warmUp: 2_000, total: 20_000 };

/** Every peer reads the same readings; meterpulse's own topic has them as a gateway publishes them. */
interface Prepared {
  readonly messages: Workload;
  readonly warmUpRows: readonly ReadingRow[];
  readonly rows: readonly ReadingRow[];
  /** Different ones among all rows. */
  readonly unique: number;
  /** Of each charge point, the id of its last reading. */
  readonly last: readonly string[];
  readonly topics: Readonly<Record<'messages' | 'poisoned' | 'flat' | 'connect', string>>;
}

type Rates = Record<'meterpulse' | 'poisoned' | 'debezium' | 'unnest' | 'insert', number[]>;

/** From a full topic to committed unique rows, against what is used for it today. */
export async function peersSinksSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  await using services = await Services.start({ postgres: true });
  await using topics = new Topics(services.brokers);
  const prepared = await prepare(topics, quick ? 1_500 : 8_000);
  progress(`peers-sinks: ${prepared.rows.length} readings on the topics`);
  // Whoever comes first finds a database server and files that nobody has used yet: one drain counts for nothing.
  await meterpulse(services, prepared, prepared.topics.messages, 0, 'uncounted');
  const rates: Rates = { meterpulse: [], poisoned: [], debezium: [], unnest: [], insert: [] };
  for (let round = 0; round < rounds; round++) {
    await measureRound(services, prepared, round, rates);
    const told = Object.entries(rates).map(([name, of]) => `${name} ${Math.round(of.at(-1) ?? NaN)}`);
    progress(`peers-sinks: round ${round + 1}/${rounds}: ${told.join(', ')} rows/s`, (round + 1) / rounds);
  }
  const poison = await poisonTable(services, topics, prepared.messages.measured);
  const against = (name: string, other: number[], target: Figure['target']): Figure => ({
    name,
    unit: 'rows/s',
    product: rates.meterpulse,
    floor: other,
    target,
  });
  return {
    suite: 'peers-sinks',
    method:
      `One process of each, from a topic of 12 partitions to committed unique rows: ${prepared.rows.length} readings from ` +
      `${prepared.messages.measured.length} messages. meterpulse reads the messages as its gateway publishes them, and does all ` +
      'that it ever does; the peers read flat records of one reading each, with a natural text key, into one table without partitions. ' +
      `kafkajs and pg as they come (one INSERT a reading on the first ${INSERTED.total.toLocaleString('en')}); Debezium’s JDBC sink in Kafka Connect ` +
      `standalone: upsert, ${describe({ ...DEBEZIUM_BEST.settings, ...DEBEZIUM_BEST.consumer })}, reWriteBatchedInserts. ` +
      'The floor’s column is the peer.',
    figures: [
      against('rows/s, against the Debezium JDBC sink', rates.debezium, {
        of: 'ratio',
        atLeast: DEBEZIUM_TARGET,
      }),
      against('rows/s, against kafkajs + unnest a batch', rates.unnest, null),
      against('rows/s, against kafkajs + one INSERT a reading', rates.insert, null),
      {
        name: 'rows/s with poison records, against without',
        unit: 'rows/s',
        product: rates.poisoned,
        floor: rates.meterpulse,
        target: null,
      },
    ],
    breakdowns: [
      {
        title: 'All of them in the same rounds',
        headings: ['sink', 'rows/s, median [min..max]'],
        lines: [
          ['meterpulse', ratesText(rates.meterpulse)],
          ['meterpulse, two poison records on the topic', ratesText(rates.poisoned)],
          ['Debezium JDBC sink', ratesText(rates.debezium)],
          ['kafkajs, unnest a batch', ratesText(rates.unnest)],
          ['kafkajs, one INSERT a reading', ratesText(rates.insert)],
        ],
      },
      poison,
    ],
    versions: {
      'Debezium JDBC sink': mavenVersion('debezium-connector-jdbc'),
      'Kafka Connect': mavenVersion('connect-runtime'),
    },
  };
}

async function prepare(topics: Topics, sampleRows: number): Promise<Prepared> {
  const messages = workload(sampleRows, Date.now());
  const [warmUpRows, rows] = [readingRows(messages.warmUp), readingRows(messages.measured)];
  const all = [...warmUpRows, ...rows];
  const records = [...messages.warmUp, ...messages.measured].map((message, index) =>
    toRecord(message, `m${index}`),
  );
  const middle = Math.floor(records.length / 2);
  const poison = (['not JSON', 'violates the schema'] as const).map((kind) => ({
    key: 'poison',
    value: poisonOf(kind),
  }));
  const filled = async (topic: string, content: Parameters<Topics['fillRecords']>[1]): Promise<string> => {
    await topics.fillRecords(await topics.create(topic), content);
    return topic;
  };
  return {
    messages,
    warmUpRows,
    rows,
    unique: new Set(all.map(({ id }) => id)).size,
    last: [...new Map(all.map(({ charge_point_id, id }) => [charge_point_id, id])).values()],
    topics: {
      messages: await filled('bench-messages', records),
      poisoned: await filled('bench-poisoned', [
        ...records.slice(0, middle),
        ...poison,
        ...records.slice(middle),
      ]),
      flat: await filled('bench-flat', all.map(flatRecord)),
      connect: await filled('bench-connect', all.map(connectRecord)),
    },
  };
}

async function measureRound(
  services: Services,
  prepared: Prepared,
  round: number,
  rates: Rates,
): Promise<void> {
  const peers = new PeerDrains(services);
  const { topics, warmUpRows, rows, last } = prepared;
  const whole = { warmUp: warmUpRows.length, total: warmUpRows.length + rows.length };
  const passes: (() => Promise<void>)[] = [
    async () =>
      void rates.meterpulse.push(await meterpulse(services, prepared, topics.messages, 0, `clean_${round}`)),
    async () =>
      void rates.debezium.push(
        rate(
          await peers.debezium(
            `debezium_${round}`,
            topics.connect,
            { warmUp: whole.warmUp, last },
            DEBEZIUM_BEST,
          ),
          prepared,
        ),
      ),
    async () =>
      void rates.poisoned.push(await meterpulse(services, prepared, topics.poisoned, 2, `poisoned_${round}`)),
    async () =>
      void rates.unnest.push(
        rate(await peers.kafkajs(`unnest_${round}`, topics.flat, { mode: 'unnest', ...whole }), prepared),
      ),
    async () =>
      void rates.insert.push(
        rate(await peers.kafkajs(`insert_${round}`, topics.flat, { mode: 'insert', ...INSERTED }), null),
      ),
  ];
  // Turn about, so that none always follows the same one.
  for (const pass of round % 2 === 0 ? passes : passes.toReversed()) await pass();
}

async function meterpulse(
  services: Services,
  { messages, unique }: Prepared,
  topic: string,
  poison: number,
  name: string,
): Promise<number> {
  const databaseUrl = await services.createDatabase(name);
  try {
    await migrate(databaseUrl);
    await using worker = Child.start(
      'benchmarks/subjects/worker',
      {
        DATABASE_URL: databaseUrl,
        KAFKA_BROKERS: services.brokers.join(),
        KAFKA_TOPIC: topic,
        KAFKA_GROUP: name,
      },
      profiling(`peers-sinks-${name}`),
    );
    const warmUp = messages.warmUp.length;
    const request: DrainRequest = {
      stage: 'store',
      warmUp,
      total: warmUp + messages.measured.length + poison,
    };
    const drained = await worker.call<PaceResult>('drain', request);
    expectRows(drained.allReadings, unique);
    return drained.readings / drained.seconds;
  } finally {
    await services.dropDatabase(name);
  }
}

/** @param prepared null: it did not read all. */
function rate(result: Drained | Stopped, prepared: Prepared | null): number {
  if ('why' in result) throw new Error(`a peer stopped after ${result.allRows} rows: ${result.why}`);
  if (prepared !== null) expectRows(result.allRows, prepared.unique);
  return result.rows / result.seconds;
}

function expectRows(stored: number, unique: number): void {
  if (stored !== unique) throw new Error(`${stored} rows are stored, of ${unique} different readings`);
}

function ratesText(rates: readonly number[]): string {
  const { median, min, max } = spread(rates);
  const text = (value: number): string => Math.round(value).toLocaleString('en');
  return `${text(median)} [${text(min)}..${text(max)}]`;
}

function describe(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}
