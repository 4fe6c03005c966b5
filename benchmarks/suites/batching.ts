import { Child } from '../child.js';
import type { Breakdown, SuiteOptions, SuiteResult } from '../figure.js';
import type { PaceResult } from '../pace.js';
import type { ProbeResult } from '../prober.js';
import { PipelineRoles } from '../pipeline-roles.js';
import { Services } from '../services.js';
import { pairedRatios, spread } from '../statistics.js';
import type { DrainRequest } from '../subjects/worker.js';
import { Topics } from '../topics.js';
import { workload, type Workload } from '../workload.js';
import { migrate } from '../../store/migrate.js';

/** Values of BATCH_MAX_ROWS; the default is what the others are compared with. */
const ROWS = [10_000, 100, 500, 2_000, 50_000] as const;
/** Values of BATCH_MAX_WAIT_MS without BATCH_FLUSH_WHEN_IDLE; 'idle' is with it, as is the default. */
const WAITS = ['idle', 50, 200, 500, 2_000] as const;
const PER_SECOND = 100;
/** The clock stops this many messages before the end of the topic, so that the last flush counted is as full as the others. */
const BEYOND = 25_000;

type Rows = (typeof ROWS)[number];
type Wait = (typeof WAITS)[number];

interface Freshness extends ProbeResult {
  readonly rowsPerFlush: number;
}

/** What the size of batches does to the speed of storing, and their interval to the age of what can be queried. */
export async function batchingSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const messages = workload(quick ? 4_500 : 6_000, Date.now());
  const timing = quick ? { warmUpMs: 1_500, measureMs: 2_000 } : { warmUpMs: 2_000, measureMs: 6_000 };
  await using services = await Services.start({ postgres: true });
  await using topics = new Topics(services.brokers);
  const topic = await topics.create('bench-batching');
  await topics.fill(topic, [...messages.warmUp, ...messages.measured]);

  const drains = new Map<Rows, PaceResult[]>(ROWS.map((rows) => [rows, []]));
  const probes = new Map<Wait, Freshness[]>(WAITS.map((wait) => [wait, []]));
  for (let round = 0; round < rounds; round++) {
    for (const rows of ROWS) {
      const drained = await drain(services, topic, rows, round, messages);
      drains.get(rows)?.push(drained);
      progress(`batching: ${rows} rows a flush: ${Math.round(drained.readings / drained.seconds)} rows/s`);
    }
    for (const wait of WAITS) {
      const probed = await probe(services, await topics.create(`bench-wait-${wait}-${round}`), wait, timing);
      probes.get(wait)?.push(probed);
      progress(`batching: ${wait} ms: queryable after ${probed.queryable.p50Ms.toFixed(0)} ms`);
    }
  }
  return {
    suite: 'batching',
    method:
      `Storing: a topic of ${messages.measured.length} messages drained by one worker, which flushes by size alone. Freshness: ${PER_SECOND} messages ` +
      'a second over /ingest, the newest asked for by the API until it is there; by interval alone, and by the default, which ' +
      'flushes as soon as the sink is idle. Each line is compared with that of the default in the same round.',
    figures: [],
    breakdowns: [storing(drains), freshness(probes)],
  };
}

async function drain(
  services: Services,
  topic: string,
  rows: Rows,
  round: number,
  { warmUp, measured }: Workload,
): Promise<PaceResult> {
  const name = `rows_${rows}_${round}`;
  const databaseUrl = await services.createDatabase(name);
  await migrate(databaseUrl);
  await using worker = Child.start('benchmarks/subjects/worker', {
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: services.brokers.join(),
    KAFKA_TOPIC: topic,
    KAFKA_GROUP: `bench-rows-${rows}-${round}`,
    BATCH_MAX_ROWS: String(rows),
    BATCH_MAX_WAIT_MS: '5000',
    BATCH_FLUSH_WHEN_IDLE: 'false',
    BATCH_BUFFER_ROWS: String(Math.max(40_000, rows * 3)),
  });
  try {
    const total = warmUp.length + measured.length - BEYOND;
    const request: DrainRequest = { stage: 'store', warmUp: warmUp.length, total };
    return await worker.call<PaceResult>('drain', request);
  } finally {
    await worker.stop();
    await services.dropDatabase(name);
  }
}

async function probe(
  services: Services,
  topic: string,
  wait: Wait,
  timing: { readonly warmUpMs: number; readonly measureMs: number },
): Promise<Freshness> {
  await using pipeline = await PipelineRoles.create(services, topic);
  const environment = {
    GATEWAY_DRAIN_MS: '0',
    ...(wait === 'idle' ? {} : { BATCH_FLUSH_WHEN_IDLE: 'false', BATCH_MAX_WAIT_MS: String(wait) }),
  };
  const [, worker] = await Promise.all(
    ['gateway', 'worker', 'api'].map((role) => pipeline.start(role, environment)),
  );
  const { gatewayPort, apiPort } = pipeline;
  await using prober = Child.start('benchmarks/prober');
  const probed = await prober.call<ProbeResult>('probe', {
    gatewayPort,
    apiPort,
    perSecond: PER_SECOND,
    ...timing,
  });
  return { ...probed, rowsPerFlush: await rowsPerFlush(worker?.metricsUrl ?? '') };
}

/** The mean since the worker started, from its metrics. */
async function rowsPerFlush(metricsUrl: string): Promise<number> {
  const text = await (await fetch(metricsUrl)).text();
  const [sum = NaN, count = NaN] = ['sum', 'count'].map((part) =>
    Number(new RegExp(`^meterpulse_worker_flush_rows_${part} (\\S+)$`, 'm').exec(text)?.[1]),
  );
  return sum / count;
}

function storing(drains: ReadonlyMap<Rows, readonly PaceResult[]>): Breakdown {
  const speeds = (rows: Rows): number[] =>
    (drains.get(rows) ?? []).map(({ readings, seconds }) => readings / seconds);
  return {
    title: 'Storing a backlog',
    headings: [
      'BATCH_MAX_ROWS',
      'rows/s',
      'of the default, median [min..max]',
      'ms a flush',
      'µs of worker CPU a row',
    ],
    lines: ROWS.toSorted((a, b) => a - b).map((rows) => {
      const results = drains.get(rows) ?? [];
      const flushMs = results.map(({ busySeconds, steps }) => (busySeconds * 1e3) / steps);
      const cpu = results.map(({ cpuSeconds, readings }) => (cpuSeconds * 1e6) / readings);
      return [
        rows.toLocaleString('en'),
        Math.round(spread(speeds(rows)).median).toLocaleString('en'),
        ratio(speeds(rows), speeds(ROWS[0])),
        spread(flushMs).median.toFixed(0),
        spread(cpu).median.toFixed(1),
      ];
    }),
  };
}

function freshness(probes: ReadonlyMap<Wait, readonly Freshness[]>): Breakdown {
  const medians = (wait: Wait): number[] => (probes.get(wait) ?? []).map(({ queryable }) => queryable.p50Ms);
  return {
    title: `Freshness at ${PER_SECOND} messages a second`,
    headings: [
      'BATCH_MAX_WAIT_MS',
      'queryable, p50',
      'p99',
      'p50 of the default, median [min..max]',
      'rows a flush',
    ],
    lines: WAITS.map((wait) => {
      const results = probes.get(wait) ?? [];
      const p99 = results.map(({ queryable }) => queryable.p99Ms);
      return [
        wait === 'idle' ? 'the default: when idle' : String(wait),
        `${spread(medians(wait)).median.toFixed(0)} ms`,
        `${spread(p99).median.toFixed(0)} ms`,
        ratio(medians(wait), medians('idle')),
        spread(results.map((each) => each.rowsPerFlush)).median.toFixed(0),
      ];
    }),
  };
}

function ratio(values: readonly number[], ofDefault: readonly number[]): string {
  const { median, min, max } = spread(pairedRatios(values, ofDefault));
  return `${median.toFixed(2)} [${min.toFixed(2)}..${max.toFixed(2)}]`;
}
