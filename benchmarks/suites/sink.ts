import { migrate } from '../../store/migrate.js';
import { Child } from '../child.js';
import type { Breakdown, SuiteOptions, SuiteResult } from '../figure.js';
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
const STAGES = [
  ['consume', 'consume from Kafka'],
  ['judge', '+ decode and flatten'],
  ['buffer', '+ batch'],
  ['store', '+ store, with all bookkeeping'],
] as const satisfies readonly (readonly [Stage, string])[];

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

  const drains = new Map<Stage, PaceResult[]>(STAGES.map(([stage]) => [stage, []]));
  const fills: FillResult[] = [];
  let statements: Breakdown | undefined;
  for (let round = 0; round < rounds; round++) {
    // The floor right before and right after what it is compared with: a machine that gets slower meanwhile skews neither.
    const before = { sampleRows, now, name: `before_${round}` };
    for (const [stage] of STAGES) {
      const fill = stage === 'store' ? await fillOnce(services, before) : null;
      const name = `${stage}_${round}`;
      const databaseUrl = await services.createDatabase(name);
      await migrate(databaseUrl);
      if (round === rounds - 1 && stage === 'store') await trackStatements(databaseUrl);
      const drained = await drainOnce(services, topic, databaseUrl, stage, round, messages);
      drains.get(stage)?.push(drained);
      if (round === rounds - 1 && stage === 'store')
        statements = {
          title: `Statements of the sink in the last round (${drained.steps} flushes after the warm-up; the warm-up is in it)`,
          ...(await statementsOf(databaseUrl)),
        };
      await services.dropDatabase(name);
      if (fill !== null)
        fills.push(mean(fill, await fillOnce(services, { ...before, name: `after_${round}` })));
    }
    const floor = fills.at(-1);
    const product = drains.get('store')?.at(-1);
    if (floor === undefined || product === undefined) throw new Error('a round without a result');
    if (product.allReadings !== floor.allRows) {
      throw new Error(`meterpulse stored ${product.allReadings} readings, the floor ${floor.allRows} rows`);
    }
    progress(
      `sink: round ${round + 1}/${rounds}: ${perSecond(product)} of ${Math.round(floor.rows / floor.seconds)} rows/s`,
    );
  }

  const readingsPerMessage = (fills[0]?.rows ?? 0) / messages.measured.length;
  return {
    suite: 'sink',
    method:
      `${messages.measured.length} messages (${readingsPerMessage.toFixed(2)} readings each, from ${53 * 12} charge points) ` +
      `on a topic of 12 partitions, to committed unique rows; flushes of ${BATCH_ROWS} rows. Floor: the same rows, ` +
      'encoded before the clock starts, COPY into a temporary table and INSERT .. ON CONFLICT DO NOTHING, one connection, ' +
      'batches of the same size.',
    figures: [
      {
        name: 'Kafka to committed unique rows',
        unit: 'rows/s',
        product: (drains.get('store') ?? []).map(({ readings, seconds }) => readings / seconds),
        floor: fills.map(({ rows, seconds }) => rows / seconds),
        target: { of: 'ratio', atLeast: TARGET },
      },
    ],
    breakdowns: [stageBreakdown(drains, fills), ...(statements === undefined ? [] : [statements])],
  };
}

async function fillOnce(
  services: Services,
  { name, ...request }: Pick<FillRequest, 'sampleRows' | 'now'> & { readonly name: string },
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
  stage: Stage,
  round: number,
  { warmUp, measured }: Workload,
): Promise<PaceResult> {
  await using worker = Child.start(
    'benchmarks/subjects/worker',
    {
      DATABASE_URL: databaseUrl,
      KAFKA_BROKERS: services.brokers.join(),
      KAFKA_TOPIC: topic,
      KAFKA_GROUP: `bench-${stage}-${round}`,
      BATCH_MAX_ROWS: String(BATCH_ROWS),
    },
    profiling(stage),
  );
  const request: DrainRequest = { stage, warmUp: warmUp.length, total: warmUp.length + measured.length };
  return await worker.call<PaceResult>('drain', request);
}

function stageBreakdown(
  drains: ReadonlyMap<Stage, readonly PaceResult[]>,
  fills: readonly FillResult[],
): Breakdown {
  // Per message, since all stages see the same ones and the first doesn't know of readings.
  const messages = drains.get('store')?.[0]?.messages ?? 1;
  const readings = drains.get('store')?.[0]?.readings ?? 1;
  const microseconds = (seconds: number, each: number): number =>
    (seconds / each) * messages * (1e6 / readings);
  const lines = STAGES.map(([stage, title]) => {
    const results = drains.get(stage) ?? [];
    const wall = spread(results.map((each) => microseconds(each.seconds, each.messages))).median;
    const cpu = spread(results.map((each) => microseconds(each.cpuSeconds, each.messages))).median;
    const busy = spread(results.map((each) => each.busySeconds / each.seconds)).median;
    return [title, wall.toFixed(2), cpu.toFixed(2), stage === 'store' ? `${(busy * 100).toFixed(0)}%` : ''];
  });
  const floor = spread(fills.map(({ rows, seconds }) => (seconds / rows) * 1e6)).median;
  return {
    title: 'Where the time goes, each line with all stages above it',
    headings: ['stage', 'µs a row', 'µs of worker CPU a row', 'sink busy'],
    lines: [...lines, ['the floor: COPY + INSERT', floor.toFixed(2), '', '']],
  };
}

function perSecond({ readings, seconds }: PaceResult): number {
  return Math.round(readings / seconds);
}
