import { migrate } from '../../store/migrate.js';
import { Child } from '../child.js';
import type { Breakdown, Figure, SuiteOptions, SuiteResult } from '../figure.js';
import type { FillRequest, FillResult } from '../floors/copy-merge.js';
import type { PaceResult } from '../pace.js';
import { profiling } from '../profiling.js';
import { Services } from '../services.js';
import { statementsOf, trackStatements } from '../statements.js';
import { spread } from '../statistics.js';
import type { DrainRequest, Stage } from '../subjects/worker.js';
import { Topics } from '../topics.js';
import { workload, type Workload } from '../workload.js';

const BATCH_ROWS = 10_000;
const TARGET = 0.5;

/** A stage of the worker, with so many flushes in flight at most. */
interface Run {
  readonly name: string;
  readonly stage: Stage;
  readonly flushes: number;
  readonly title: string;
}

const RUNS: readonly Run[] = [
  { name: 'consume', stage: 'consume', flushes: 1, title: 'consume from Kafka' },
  { name: 'judge', stage: 'judge', flushes: 1, title: '+ decode and flatten' },
  { name: 'buffer', stage: 'buffer', flushes: 1, title: '+ batch' },
  { name: 'store', stage: 'store', flushes: 1, title: '+ store, with all bookkeeping' },
  { name: 'store2', stage: 'store', flushes: 2, title: 'the same, two flushes in flight (the default)' },
];
/** The run that the statements are told of. */
const DEFAULT_RUN = 'store2';

/** From a full topic to committed unique rows, against the least that PostgreSQL must do for the same rows. */
export async function sinkSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const sampleRows = quick ? 2_000 : 10_000;
  const now = Date.now();
  const messages = workload(sampleRows, now);
  await using services = await Services.start({ postgres: true });
  await using topics = new Topics(services.brokers);
  const topic = await topics.create('bench-sink');
  await topics.fill(topic, [...messages.warmUp, ...messages.measured]);
  progress(`sink: ${messages.measured.length} messages on the topic`);

  const drains = new Map<string, PaceResult[]>(RUNS.map(({ name }) => [name, []]));
  const fills = new Map<string, FillResult[]>(RUNS.map(({ name }) => [name, []]));
  let statements: Breakdown | undefined;
  for (let round = 0; round < rounds; round++) {
    for (const run of RUNS) {
      const name = `${run.name}_${round}`;
      // The floor right before and right after what it is compared with: a machine that gets slower meanwhile skews neither.
      const request = { sampleRows, now, connections: run.flushes };
      const before = run.stage === 'store' ? await fillOnce(services, `before_${name}`, request) : null;
      const databaseUrl = await services.createDatabase(name);
      await migrate(databaseUrl);
      const isTracked = round === rounds - 1 && run.name === DEFAULT_RUN;
      if (isTracked) await trackStatements(databaseUrl);
      const drained = await drainOnce(services, topic, databaseUrl, run, round, messages);
      drains.get(run.name)?.push(drained);
      if (isTracked)
        statements = {
          title: `Statements of the sink in the last round (${drained.steps} flushes after the warm-up; the warm-up is in it)`,
          ...(await statementsOf(databaseUrl)),
        };
      await services.dropDatabase(name);
      if (before === null) continue;
      const floor = mean(before, await fillOnce(services, `after_${name}`, request));
      fills.get(run.name)?.push(floor);
      if (drained.allReadings !== floor.allRows) {
        throw new Error(`meterpulse stored ${drained.allReadings} readings, the floor ${floor.allRows} rows`);
      }
      progress(
        `sink: round ${round + 1}/${rounds}, ${run.name}: ${perSecond(drained)} of ${Math.round(floor.rows / floor.seconds)} rows/s`,
      );
    }
  }

  const readingsPerMessage = (fills.get('store')?.[0]?.rows ?? 0) / messages.measured.length;
  return {
    suite: 'sink',
    method:
      `${messages.measured.length} messages (${readingsPerMessage.toFixed(2)} readings each, from ${53 * 12} charge points) ` +
      `on a topic of 12 partitions, to committed unique rows; flushes of ${BATCH_ROWS} rows. Floor: the same rows, ` +
      'encoded before the clock starts, COPY into a temporary table and INSERT .. ON CONFLICT DO NOTHING, ' +
      'batches of the same size, as many connections as there are flushes in flight.',
    figures: [
      figureOf('Kafka to committed unique rows, one flush at a time', 'store'),
      figureOf('the same, two flushes in flight', 'store2'),
    ],
    breakdowns: [stageBreakdown(drains, fills), ...(statements === undefined ? [] : [statements])],
  };

  function figureOf(name: string, run: string): Figure {
    return {
      name,
      unit: 'rows/s',
      product: (drains.get(run) ?? []).map(({ readings, seconds }) => readings / seconds),
      floor: (fills.get(run) ?? []).map(({ rows, seconds }) => rows / seconds),
      target: { of: 'ratio', atLeast: TARGET },
    };
  }
}

async function fillOnce(
  services: Services,
  name: string,
  request: Pick<FillRequest, 'sampleRows' | 'now' | 'connections'>,
): Promise<FillResult> {
  const databaseUrl = await services.createDatabase(name);
  await migrate(databaseUrl);
  await using floor = Child.start('benchmarks/floors/copy-merge');
  try {
    return await floor.call<FillResult>('fill', { ...request, databaseUrl, batchRows: BATCH_ROWS });
  } finally {
    await services.dropDatabase(name);
  }
}

function mean(one: FillResult, other: FillResult): FillResult {
  return { ...one, seconds: (one.seconds + other.seconds) / 2 };
}

async function drainOnce(
  services: Services,
  topic: string,
  databaseUrl: string,
  { name, stage, flushes }: Run,
  round: number,
  { warmUp, measured }: Workload,
): Promise<PaceResult> {
  await using worker = Child.start(
    'benchmarks/subjects/worker',
    {
      DATABASE_URL: databaseUrl,
      KAFKA_BROKERS: services.brokers.join(),
      KAFKA_TOPIC: topic,
      KAFKA_GROUP: `bench-${name}-${round}`,
      BATCH_MAX_ROWS: String(BATCH_ROWS),
      BATCH_FLUSHES_MAX: String(flushes),
    },
    profiling(name),
  );
  const request: DrainRequest = { stage, warmUp: warmUp.length, total: warmUp.length + measured.length };
  return await worker.call<PaceResult>('drain', request);
}

function stageBreakdown(
  drains: ReadonlyMap<string, readonly PaceResult[]>,
  fills: ReadonlyMap<string, readonly FillResult[]>,
): Breakdown {
  // Per message, since all stages see the same ones and the first doesn't know of readings.
  const messages = drains.get('store')?.[0]?.messages ?? 1;
  const readings = drains.get('store')?.[0]?.readings ?? 1;
  const microseconds = (seconds: number, each: number): number =>
    (seconds / each) * messages * (1e6 / readings);
  const lines = RUNS.map(({ name, stage, title }) => {
    const results = drains.get(name) ?? [];
    const wall = spread(results.map((each) => microseconds(each.seconds, each.messages))).median;
    const cpu = spread(results.map((each) => microseconds(each.cpuSeconds, each.messages))).median;
    const busy = spread(results.map((each) => each.busySeconds / each.seconds)).median;
    return [title, wall.toFixed(2), cpu.toFixed(2), stage === 'store' ? `${(busy * 100).toFixed(0)}%` : ''];
  });
  const floors = RUNS.filter(({ stage }) => stage === 'store').map(({ name, flushes }) => {
    const floor = spread((fills.get(name) ?? []).map(({ rows, seconds }) => (seconds / rows) * 1e6)).median;
    return [`the floor: COPY + INSERT, connections: ${flushes}`, floor.toFixed(2), '', ''];
  });
  return {
    title: 'Where the time goes, each stage with all above it',
    headings: ['stage', 'µs a row', 'µs of worker CPU a row', 'sink busy'],
    lines: [...lines, ...floors],
  };
}

function perSecond({ readings, seconds }: PaceResult): number {
  return Math.round(readings / seconds);
}
