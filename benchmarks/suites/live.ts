import { Child } from '../child.js';
import type { Breakdown, Figure, SuiteOptions, SuiteResult } from '../figure.js';
import type { Stages } from '../floors/bare-feed.js';
import type { Commits, WriteRequest } from '../live/feed-writer.js';
import { LiveRole } from '../live/live-role.js';
import type { Arrivals, SubscribersRequest } from '../live/subscribers.js';
import { Services } from '../services.js';
import { quantile, spread } from '../statistics.js';
import { migrate } from '../../store/migrate.js';

const SUBSCRIBERS = 100;
const PROBES = 5;
const CHANGES_PER_SECOND = 1_000;
const SUBSCRIBE = '{"type":"SUBSCRIBE","id":"s1","snapshot":false}';
/** As a worker commits them, and the hardest: each change by itself. */
const LOADS = [
  { title: 'flushes of 10', changesEach: 10 },
  { title: 'one a commit', changesEach: 1 },
] as const;

type Load = (typeof LOADS)[number];

/** ms from the answer to COMMIT, of each change at each probe. */
interface Run {
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** COMMIT itself, from when it was sent to its answer. */
  readonly commitMs: number;
  readonly stages: StageTimes | null;
}

/** Medians of the bare chain, ms, each from the one before. */
interface StageTimes {
  readonly notified: number;
  readonly read: number;
  readonly encoded: number;
  readonly heard: number;
}

/** From a commit in the database to the message at each of a hundred subscribers of everything. */
export async function liveSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const timing = quick ? { warmUpMs: 1_000, measureMs: 2_000 } : { warmUpMs: 3_000, measureMs: 8_000 };
  await using services = await Services.start({ postgres: true, kafka: false });
  const results = LOADS.map((load) => ({ load, product: [] as Run[], floor: [] as Run[] }));
  for (let round = 0; round < rounds; round++) {
    for (const { load, product, floor } of results) {
      floor.push(await run(services, 'floor', load, timing));
      product.push(await run(services, 'meterpulse', load, timing));
      const [mine, bare] = [product.at(-1), floor.at(-1)].map((each) => each?.meanMs.toFixed(2));
      progress(
        `live: ${load.title} round ${round + 1}/${rounds}: mean ${mine} ms, the bare chain ${bare} ms`,
      );
    }
  }
  return {
    suite: 'live',
    method:
      `${CHANGES_PER_SECOND} changes a second, committed by ${LOADS.map(({ title }) => title).join(' and by ')}, to ${SUBSCRIBERS} subscribers of ` +
      `everything, ${PROBES} of which look at what comes. Times are from when the writer has the answer to its COMMIT. Floor: LISTEN, a SELECT of ` +
      'the new rows, JSON.stringify once, a `ws` server that sends the text to all.',
    figures: results.flatMap(({ load, product, floor }) => [
      figure(load, 'mean', product, floor, ({ meanMs }) => meanMs, 5),
      figure(load, 'p50', product, floor, ({ p50Ms }) => p50Ms),
      figure(load, 'p99', product, floor, ({ p99Ms }) => p99Ms, 20),
    ]),
    breakdowns: [whereTheTimeGoes(results)],
  };
}

function figure(
  { title }: Load,
  name: string,
  product: readonly Run[],
  floor: readonly Run[],
  pick: (run: Run) => number,
  atMost?: number,
): Figure {
  return {
    name: `commit to message, ${title}, ${name}`,
    unit: 'ms',
    product: product.map(pick),
    floor: floor.map(pick),
    target: atMost === undefined ? null : { of: 'product', atMost },
  };
}

function whereTheTimeGoes(
  results: readonly { load: Load; product: readonly Run[]; floor: readonly Run[] }[],
): Breakdown {
  const ms = (runs: readonly Run[], pick: (run: Run) => number): string =>
    spread(runs.map(pick)).median.toFixed(2);
  return {
    title: 'Where the time goes, medians in ms: the stages of the bare chain, and the whole of both',
    headings: [
      ...[
        'load',
        'COMMIT itself',
        'to the notification',
        'read',
        'encoded',
        'sent and heard',
        'the bare chain',
      ],
      'meterpulse',
    ],
    lines: results.map(({ load, product, floor }) => [
      load.title,
      ms(floor, ({ commitMs }) => commitMs),
      ...(['notified', 'read', 'encoded', 'heard'] as const).map((stage) =>
        ms(floor, ({ stages }) => stages?.[stage] ?? NaN),
      ),
      ms(floor, ({ p50Ms }) => p50Ms),
      ms(product, ({ p50Ms }) => p50Ms),
    ]),
  };
}

interface Timing {
  readonly warmUpMs: number;
  readonly measureMs: number;
}

let databases = 0;

async function run(
  services: Services,
  which: 'meterpulse' | 'floor',
  { changesEach }: Load,
  { warmUpMs, measureMs }: Timing,
): Promise<Run> {
  const name = `bench_live_${databases++}`;
  const databaseUrl = await services.createDatabase(name);
  try {
    await migrate(databaseUrl);
    await using writer = Child.start('benchmarks/live/feed-writer');
    await writer.call('prepare', databaseUrl);
    await using subscribers = Child.start('benchmarks/live/subscribers');
    await using bare = which === 'floor' ? Child.start('benchmarks/floors/bare-feed') : null;
    await using live = which === 'floor' ? null : await LiveRole.start(databaseUrl);
    const port = live?.port ?? (await bare?.call<{ port: number }>('start', databaseUrl))?.port ?? 0;
    const subscribe = live === null ? null : SUBSCRIBE;
    const request: SubscribersRequest = { port, sockets: SUBSCRIBERS, probes: PROBES, subscribe };
    await subscribers.call('open', request);
    const load = { commitsPerSecond: CHANGES_PER_SECOND / changesEach, changesEach };
    const write: WriteRequest = { ...load, first: 0, forMs: warmUpMs + measureMs };
    const commits = await writer.call<Commits>('write', write);
    const changes = commits.answeredAt.length * changesEach;
    const arrivals = await subscribers.call<Arrivals>('heard', { change: changes - 1, withinMs: 30_000 });
    const stages = (await bare?.call<Stages>('stages')) ?? null;
    await subscribers.call('close');
    return judge(commits, arrivals, stages, changesEach, (warmUpMs / 1_000) * load.commitsPerSecond);
  } finally {
    await services.dropDatabase(name);
  }
}

function judge(
  { sentAt, answeredAt }: Commits,
  arrivals: Arrivals,
  stages: Stages | null,
  changesEach: number,
  firstCommit: number,
): Run {
  const measured = answeredAt.map((_, commit) => commit).slice(firstCommit);
  const latencies = arrivals.flatMap((arrivedAt) =>
    measured.flatMap((commit) =>
      Array.from({ length: changesEach }, (_, index) => {
        const at = arrivedAt[commit * changesEach + index] ?? 0;
        if (at === 0) throw new Error(`change ${commit * changesEach + index} never came to a probe`);
        return at - (answeredAt[commit] ?? NaN);
      }),
    ),
  );
  const median = (of: (commit: number) => number): number => quantile(measured.map(of), 0.5);
  // In the midst of the sockets, which are written to one after the other.
  const probe = arrivals[arrivals.length >> 1] ?? [];
  const at = (moments: Readonly<Record<number, number>> | undefined, commit: number): number =>
    moments?.[commit * changesEach] ?? NaN;
  return {
    meanMs: latencies.reduce((sum, each) => sum + each, 0) / latencies.length,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    commitMs: median((commit) => (answeredAt[commit] ?? NaN) - (sentAt[commit] ?? NaN)),
    stages:
      stages === null
        ? null
        : {
            notified: median((commit) => at(stages.notifiedAt, commit) - (answeredAt[commit] ?? NaN)),
            read: median((commit) => at(stages.readAt, commit) - at(stages.notifiedAt, commit)),
            encoded: median((commit) => at(stages.encodedAt, commit) - at(stages.readAt, commit)),
            heard: median((commit) => at(probe, commit) - at(stages.encodedAt, commit)),
          },
  };
}
