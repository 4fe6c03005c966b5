import type { SuiteOptions, SuiteResult } from '../figure.js';
import { PipelineRoles } from '../pipeline-roles.js';
import { acknowledge, SOCKETS, type Acknowledged } from '../scale/closed-loop.js';
import { drainTopic, type Drained } from '../scale/drain-topic.js';
import { Services } from '../services.js';
import { pairedRatios, spread } from '../statistics.js';
import { PARTITIONS as DEFAULT, Topics } from '../topics.js';

const PARTITIONS = [1, 4, DEFAULT, 48] as const;

interface Run {
  readonly acknowledged: Acknowledged;
  readonly drained: Drained;
}

/** What the number of a topic's partitions does to one gateway process, and to one worker that has them all. */
export async function scalePartitionsSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const timing = quick ? { warmUpMs: 1_000, measureMs: 1_500 } : { warmUpMs: 3_000, measureMs: 5_000 };
  await using services = await Services.start({ postgres: true });
  await using topics = new Topics(services.brokers);
  const found = new Map<number, Run[]>(PARTITIONS.map((partitions) => [partitions, []]));
  for (let round = 0; round < rounds; round++) {
    for (const partitions of round % 2 === 0 ? PARTITIONS : PARTITIONS.toReversed()) {
      const topic = await topics.create(`bench-partitions-${partitions}-${round}`, partitions);
      await using pipeline = await PipelineRoles.create(services, topic);
      const acknowledged = await acknowledge(pipeline, 1, timing);
      const messages = await topics.lengthOf(topic);
      const drained = await drainTopic(pipeline, services.postgresPid, 1, messages);
      found.get(partitions)?.push({ acknowledged, drained });
      progress(
        `scale-partitions: round ${round + 1}/${rounds}, ${partitions}: ${acknowledged.perSecond.toFixed(0)} acks/s, ` +
          `${(drained.rows / drained.seconds).toFixed(0)} rows/s, ${drained.rowsPerFlush.toFixed(0)} rows a flush`,
      );
    }
  }
  const of = (partitions: number): readonly Run[] => found.get(partitions) ?? [];
  const acks = (partitions: number): number[] => of(partitions).map((run) => run.acknowledged.perSecond);
  const rows = (partitions: number): number[] =>
    of(partitions).map(({ drained }) => drained.rows / drained.seconds);
  const ratio = (values: readonly number[], others: readonly number[]): string => {
    const { median, min, max } = spread(pairedRatios(values, others));
    return `${median.toFixed(2)} [${min.toFixed(2)}..${max.toFixed(2)}]`;
  };
  return {
    suite: 'scale-partitions',
    method:
      `One gateway process with ${SOCKETS} OCPP sockets (closed loop, acks=all) fills a topic of so many partitions; afterwards one \`meterpulse worker\` ` +
      `stores it, counted from when three tenths are stored to when all is. Each line is compared with that of ${DEFAULT} partitions in the same round.`,
    figures: [],
    breakdowns: [
      {
        title: 'Each number of partitions',
        headings: [
          'partitions',
          'acks/s',
          `of ${DEFAULT}`,
          'p99 ms',
          'gateway CPU µs a message',
          'rows/s',
          `of ${DEFAULT}`,
          'rows a flush',
          'CPU µs a row: worker',
          'PostgreSQL',
        ],
        lines: PARTITIONS.map((partitions) => {
          const median = (pick: (run: Run) => number): number => spread(of(partitions).map(pick)).median;
          const cost = (pick: (each: Drained) => number): string =>
            median(({ drained }) => (pick(drained) * drained.seconds * 1e6) / drained.rows).toFixed(1);
          return [
            partitions,
            Math.round(spread(acks(partitions)).median).toLocaleString('en'),
            ratio(acks(partitions), acks(DEFAULT)),
            median((run) => run.acknowledged.p99Ms).toFixed(1),
            median(({ acknowledged }) => (acknowledged.gatewayCores / acknowledged.perSecond) * 1e6).toFixed(
              1,
            ),
            Math.round(spread(rows(partitions)).median).toLocaleString('en'),
            ratio(rows(partitions), rows(DEFAULT)),
            Math.round(median(({ drained }) => drained.rowsPerFlush)).toLocaleString('en'),
            cost((each) => each.workerCores),
            cost((each) => each.postgresCores),
          ];
        }),
      },
    ],
  };
}
