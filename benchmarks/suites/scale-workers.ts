import { availableParallelism } from 'node:os';
import type { SuiteOptions, SuiteResult } from '../figure.js';
import { PipelineRoles } from '../pipeline-roles.js';
import { drainTopic, type Drained } from '../scale/drain-topic.js';
import { Services } from '../services.js';
import { pairedRatios, spread } from '../statistics.js';
import { Topics } from '../topics.js';
import { workload } from '../workload.js';

const WORKERS = [1, 2, 4] as const;
const TARGET = 1.7;
/** As many as several workers are busy with for seconds, beyond the start of their code. */
const FLEETS = 24;

/** One topic, drained by one worker process and by several. */
export async function scaleWorkersSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const messages = workload(quick ? 1_000 : 10_000, Date.now(), FLEETS).measured;
  await using services = await Services.start({ postgres: true });
  await using topics = new Topics(services.brokers);
  const topic = await topics.create('bench-workers');
  await topics.fill(topic, messages);
  const found = new Map<number, Drained[]>(WORKERS.map((workers) => [workers, []]));
  for (let round = 0; round < rounds; round++) {
    for (const workers of round % 2 === 0 ? WORKERS : WORKERS.toReversed()) {
      await using pipeline = await PipelineRoles.create(services, topic);
      const drained = await drainTopic(pipeline, services.postgresPid, workers, messages.length, {
        KAFKA_GROUP: `bench-workers-${workers}-${round}`,
      });
      found.get(workers)?.push(drained);
      progress(
        `scale-workers: round ${round + 1}/${rounds}, ${workers}: ${perSecond(drained).toFixed(0)} rows/s, ${drained.busyCores.toFixed(2)} cores busy`,
      );
    }
  }
  const of = (workers: number): readonly Drained[] => found.get(workers) ?? [];
  const speeds = (workers: number): number[] => of(workers).map(perSecond);
  const cores = availableParallelism();
  const room = spread(of(1).map((each) => cores / each.busyCores)).median;
  return {
    suite: 'scale-workers',
    method:
      `${messages.length.toLocaleString('en')} messages on a topic of 12 partitions, drained by \`meterpulse worker\` processes as their user starts them, ` +
      'which compute the aggregates as well. Counted from when three tenths are stored to when all is; every worker has a flush under way before the first one is let through. ' +
      `The floor is one worker in the same round. It leaves room for ${room.toFixed(2)} times its speed on ${cores} cores, which PostgreSQL and Kafka share.`,
    figures: [
      {
        name: 'stored by two workers',
        unit: 'rows/s',
        product: speeds(2),
        floor: speeds(1),
        // Where one worker and its PostgreSQL have more than that of the cores, it can't be reached.
        target: room >= TARGET ? { of: 'ratio', atLeast: TARGET } : null,
      },
    ],
    breakdowns: [
      {
        title: 'Each number of workers',
        headings: [
          'workers',
          'rows/s',
          'of one, median [min..max]',
          'rows a flush',
          'cores: workers',
          'PostgreSQL',
          'all',
          'CPU µs a row: workers',
          'PostgreSQL',
        ],
        lines: WORKERS.map((workers) => {
          const median = (pick: (each: Drained) => number): number => spread(of(workers).map(pick)).median;
          const ratio = spread(pairedRatios(speeds(workers), speeds(1)));
          const cost = (pick: (each: Drained) => number): string =>
            median((each) => (pick(each) * each.seconds * 1e6) / each.rows).toFixed(1);
          return [
            workers,
            Math.round(spread(speeds(workers)).median).toLocaleString('en'),
            `${ratio.median.toFixed(2)} [${ratio.min.toFixed(2)}..${ratio.max.toFixed(2)}]`,
            Math.round(median((each) => each.rowsPerFlush)).toLocaleString('en'),
            median((each) => each.workerCores).toFixed(2),
            median((each) => each.postgresCores).toFixed(2),
            median((each) => each.busyCores).toFixed(2),
            cost((each) => each.workerCores),
            cost((each) => each.postgresCores),
          ];
        }),
      },
    ],
  };
}

function perSecond({ rows, seconds }: Drained): number {
  return rows / seconds;
}
