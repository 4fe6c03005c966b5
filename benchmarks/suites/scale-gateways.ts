import type { SuiteOptions, SuiteResult } from '../figure.js';
import { PipelineRoles } from '../pipeline-roles.js';
import { acknowledge, SOCKETS, type Acknowledged } from '../scale/closed-loop.js';
import { Services } from '../services.js';
import { pairedRatios, spread } from '../statistics.js';
import { Topics } from '../topics.js';

const PROCESSES = [1, 2, 4] as const;

/** Acknowledged messages of one gateway process, and of several on one port. */
export async function scaleGatewaysSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const timing = quick ? { warmUpMs: 1_000, measureMs: 1_500 } : { warmUpMs: 3_000, measureMs: 6_000 };
  await using services = await Services.start({ postgres: true });
  await using topics = new Topics(services.brokers);
  const found = new Map<number, Acknowledged[]>(PROCESSES.map((processes) => [processes, []]));
  for (let round = 0; round < rounds; round++) {
    for (const processes of round % 2 === 0 ? PROCESSES : PROCESSES.toReversed()) {
      const topic = await topics.create(`bench-gateways-${processes}-${round}`);
      await using pipeline = await PipelineRoles.create(services, topic);
      const result = await acknowledge(pipeline, processes, timing);
      found.get(processes)?.push(result);
      progress(
        `scale-gateways: round ${round + 1}/${rounds}, ${processes}: ${result.perSecond.toFixed(0)} acks/s, ${result.busyCores.toFixed(2)} cores busy`,
      );
    }
  }
  const of = (processes: number): readonly Acknowledged[] => found.get(processes) ?? [];
  const speeds = (processes: number): number[] => of(processes).map(({ perSecond }) => perSecond);
  return {
    suite: 'scale-gateways',
    method:
      `\`meterpulse gateway\` with GATEWAY_PROCESSES processes, ${SOCKETS} OCPP sockets of one client process with one call under way on each (closed loop), ` +
      'messages of the sample workbook, 12 partitions, acks=all. Nobody stores what they publish.',
    figures: [],
    breakdowns: [
      {
        title: 'Each number of processes',
        headings: [
          'processes',
          'acks/s',
          'of one, median [min..max]',
          'p50 ms',
          'p99 ms',
          'cores: gateway',
          'client',
          'all',
          'gateway CPU µs a message',
        ],
        lines: PROCESSES.map((processes) => {
          const median = (pick: (each: Acknowledged) => number): number =>
            spread(of(processes).map(pick)).median;
          const ratio = spread(pairedRatios(speeds(processes), speeds(1)));
          return [
            processes,
            Math.round(spread(speeds(processes)).median).toLocaleString('en'),
            `${ratio.median.toFixed(2)} [${ratio.min.toFixed(2)}..${ratio.max.toFixed(2)}]`,
            median(({ p50Ms }) => p50Ms).toFixed(1),
            median(({ p99Ms }) => p99Ms).toFixed(1),
            median(({ gatewayCores }) => gatewayCores).toFixed(2),
            median(({ cpuSeconds, seconds }) => cpuSeconds / seconds).toFixed(2),
            median(({ busyCores }) => busyCores).toFixed(2),
            median(({ gatewayCores, perSecond }) => (gatewayCores / perSecond) * 1e6).toFixed(1),
          ];
        }),
      },
    ],
  };
}
