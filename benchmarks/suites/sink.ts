import { migrate } from '../../store/migrate.js';
import { Child } from '../child.js';
import type { Figure, SuiteOptions, SuiteResult } from '../figure.js';
import type { FillRequest, FillResult } from '../floors/copy-merge.js';
import { profiling } from '../profiling.js';
import { Services } from '../services.js';
import { purposeTable, shareTable, stageTable, STAGES, type Measured } from '../sink/sink-tables.js';
import { statementsOf, trackStatements } from '../statements.js';
import type { AloneRequest, AloneResult } from '../subjects/sink-alone.js';
import type { Drained, DrainRequest, Stage } from '../subjects/worker.js';
import { Topics } from '../topics.js';
import { toRecord, workload } from '../workload.js';

const BATCH_ROWS = 10_000;
const TARGET = 0.5;
/** Flushes in flight, and connections of the floor. */
const CONNECTIONS = [1, 2] as const;
const POISON_EVERY = 1_000;
const POISON = '{"v":1,"kind":';

/** From a full topic to committed unique rows, against the least that PostgreSQL must do for the same rows. */
export async function sinkSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const sampleRows = quick ? 2_000 : 10_000;
  const now = Date.now();
  const messages = workload(sampleRows, now);
  await using services = await Services.start({ postgres: true });
  await using topics = new Topics(services.brokers);
  const warmUp = messages.warmUp.map((message, index) => toRecord(message, `w${index}`));
  const records = messages.measured.map((message, index) => toRecord(message, `m${index}`));
  const poisoned = records.flatMap((record, index) =>
    index % POISON_EVERY === 0 ? [record, { key: record.key, value: POISON }] : [record],
  );
  const source = async (name: string, measured: typeof records): Promise<Source> => {
    const topic = await topics.create(name);
    await topics.fillRecords(topic, [...warmUp, ...measured]);
    return { topic, warmUp: warmUp.length, total: warmUp.length + measured.length };
  };
  const sources = {
    clean: await source('bench-sink', records),
    poisoned: await source('bench-sink-poisoned', poisoned),
  };
  progress(`sink: ${records.length} messages on the topic`);
  const bench = new SinkBench(services, { sampleRows, now });

  const measured: Measured = {
    stages: new Map(),
    floors: new Map(),
    stored: new Map(),
    alone: new Map(),
    poisoned: [],
  };
  for (let round = 0; round < rounds; round++) {
    for (const { stage } of STAGES) {
      keep(measured.stages, stage, await bench.drain(sources.clean, `${stage}_${round}`, stage, 1));
    }
    for (const connections of CONNECTIONS) {
      const name = `${connections}_${round}`;
      // The floor right before and right after what it is compared with: a machine that gets slower meanwhile skews neither.
      const before = await bench.fill(`before_${name}`, connections);
      const stored = await bench.drain(sources.clean, `store_${name}`, 'store', connections);
      keep(measured.stored, connections, stored);
      if (connections === 1) {
        const drained = await bench.drain(sources.poisoned, `poisoned_${round}`, 'store', 1);
        measured.poisoned.push(drained);
        mustBeEqual(drained.allReadings, stored.allReadings, 'readings among poison records');
      }
      const alone = await bench.storeAlone(name, connections);
      keep(measured.alone, connections, alone);
      const floor = mean(before, await bench.fill(`after_${name}`, connections));
      keep(measured.floors, connections, floor);
      mustBeEqual(stored.allReadings, floor.allRows, 'readings of meterpulse, and rows of the floor');
      mustBeEqual(alone.rows, floor.rows, 'readings of the sink alone, and rows of the floor');
      const [product, least] = [stored.readings / stored.seconds, floor.rows / floor.seconds];
      progress(
        `sink: round ${round + 1}/${rounds}, connections: ${connections}: ${Math.round(product)} of ${Math.round(least)} rows/s`,
      );
    }
  }
  const looked = await bench.lookInto(sources.clean);

  const [first] = measured.floors.get(1) ?? [];
  return {
    suite: 'sink',
    method:
      `${records.length} messages (${((first?.rows ?? 0) / records.length).toFixed(2)} readings each, from ${53 * 12} charge points) ` +
      `on a topic of 12 partitions, to committed unique rows; flushes of ${BATCH_ROWS} rows. Floor: the same rows, ` +
      'encoded before the clock starts, COPY into a temporary table and INSERT .. ON CONFLICT DO NOTHING, ' +
      'batches of the same size, as many connections as there are flushes in flight. The sink alone gets batches that were decoded and ' +
      'flattened before the clock starts; its statements alone are what it sent then, sent once more to a database like the first.',
    figures: [
      storedFigure('Kafka to committed unique rows, one flush at a time', 1),
      storedFigure('the same, two flushes in flight', 2),
      aloneFigure('the sink alone, one connection', 1, ({ sinkSeconds }) => sinkSeconds),
      aloneFigure('the sink alone, two connections', 2, ({ sinkSeconds }) => sinkSeconds),
      aloneFigure('its statements alone, one connection', 1, ({ statements }) => statements.seconds),
      aloneFigure('its statements alone, two connections', 2, ({ statements }) => statements.seconds),
      {
        name: `with a poison record in ${POISON_EVERY}, against none`,
        unit: 'rows/s',
        product: measured.poisoned.map(rowsPerSecond),
        floor: (measured.stored.get(1) ?? []).map(rowsPerSecond),
        target: null,
      },
    ],
    breakdowns: [stageTable(measured), purposeTable(measured), ...looked],
  };

  function storedFigure(name: string, connections: number): Figure {
    return {
      ...{ name, unit: 'rows/s', floor: (measured.floors.get(connections) ?? []).map(filledPerSecond) },
      product: (measured.stored.get(connections) ?? []).map(rowsPerSecond),
      target: { of: 'ratio', atLeast: TARGET },
    };
  }

  function aloneFigure(name: string, connections: number, secondsOf: (alone: AloneResult) => number): Figure {
    return {
      ...{ name, unit: 'rows/s', floor: (measured.floors.get(connections) ?? []).map(filledPerSecond) },
      product: (measured.alone.get(connections) ?? []).map((alone) => alone.rows / secondsOf(alone)),
      target: null,
    };
  }
}

interface Source {
  readonly topic: string;
  readonly warmUp: number;
  readonly total: number;
}

/** Each run has databases and a group of its own. */
class SinkBench {
  constructor(
    private readonly services: Services,
    private readonly made: Pick<FillRequest, 'sampleRows' | 'now'>,
  ) {}

  async fill(name: string, connections: number): Promise<FillResult> {
    return this.withDatabase(name, async (databaseUrl) => {
      await using floor = Child.start('benchmarks/floors/copy-merge');
      const request: FillRequest = { ...this.made, databaseUrl, batchRows: BATCH_ROWS, connections };
      return await floor.call<FillResult>('fill', request);
    });
  }

  async drain(source: Source, name: string, stage: Stage, flushes: number): Promise<Drained> {
    return this.withDatabase(name, (url) => this.drainInto(url, source, name, stage, flushes));
  }

  async storeAlone(name: string, connections: number): Promise<AloneResult> {
    return this.withDatabase(`alone_${name}`, (one) =>
      this.withDatabase(`replayed_${name}`, async (other) => {
        await using alone = Child.start('benchmarks/subjects/sink-alone');
        const request: AloneRequest = {
          ...this.made,
          databaseUrls: [one, other],
          batchRows: BATCH_ROWS,
          connections,
        };
        return await alone.call<AloneResult>('storeAlone', request);
      }),
    );
  }

  /** One more run that no figure is taken of, since it is looked into. */
  async lookInto(source: Source) {
    return this.withDatabase('looked_into', async (databaseUrl) => {
      await trackStatements(databaseUrl);
      const drained = await this.drainInto(databaseUrl, source, 'looked_into', 'store', 1, true);
      const statements = {
        title: `Statements of the sink in one more run (${drained.steps} flushes after the warm-up; the warm-up is in it)`,
        ...(await statementsOf(databaseUrl)),
      };
      return [shareTable(drained.shares ?? []), statements];
    });
  }

  private async drainInto(
    databaseUrl: string,
    { topic, warmUp, total }: Source,
    name: string,
    stage: Stage,
    flushes: number,
    profiled = false,
  ): Promise<Drained> {
    await using worker = Child.start(
      'benchmarks/subjects/worker',
      {
        DATABASE_URL: databaseUrl,
        KAFKA_BROKERS: this.services.brokers.join(),
        KAFKA_TOPIC: topic,
        KAFKA_GROUP: `bench-${name}`,
        BATCH_MAX_ROWS: String(BATCH_ROWS),
        BATCH_FLUSHES_MAX: String(flushes),
      },
      profiling(name),
    );
    const request: DrainRequest = { stage, warmUp, total, profiled };
    return await worker.call<Drained>('drain', request);
  }

  private async withDatabase<T>(name: string, use: (databaseUrl: string) => Promise<T>): Promise<T> {
    const databaseUrl = await this.services.createDatabase(name);
    await migrate(databaseUrl);
    const result = await use(databaseUrl);
    await this.services.dropDatabase(name);
    return result;
  }
}

function keep<K, V>(all: Map<K, V[]>, key: K, value: V): void {
  all.set(key, [...(all.get(key) ?? []), value]);
}

function mustBeEqual(one: number, other: number, what: string): void {
  if (one !== other) throw new Error(`${what} differ: ${one} and ${other}`);
}

const mean = (one: FillResult, other: FillResult): FillResult => ({
  ...one,
  seconds: (one.seconds + other.seconds) / 2,
});

const rowsPerSecond = ({ readings, seconds }: Drained): number => readings / seconds;
const filledPerSecond = ({ rows, seconds }: FillResult): number => rows / seconds;
