import { Child } from '../child.js';
import type { SuiteOptions, SuiteResult } from '../figure.js';
import type { ConnectRequest, OpenLoopRequest, OpenLoopResult } from '../load-client.js';
import { Services } from '../services.js';
import { spread } from '../statistics.js';
import { Topics } from '../topics.js';

const FULL = {
  connecting: 15_000,
  talking: 10_000,
  perSecond: 2_000,
  warmUpMs: 3_000,
  measureMs: 20_000,
  drainMs: 10_000,
};
const QUICK = {
  connecting: 1_000,
  talking: 500,
  perSecond: 200,
  warmUpMs: 500,
  measureMs: 2_000,
  drainMs: 3_000,
};

interface Round {
  readonly connectsPerSecond: number;
  readonly talk: OpenLoopResult;
  /** Closed sockets in each second of the drain; null of the floor, which has none. */
  readonly drained: readonly number[] | null;
}

/** Many sockets of one gateway process: how fast they come, how soon they are answered at a steady rate, how evenly they go. */
export async function stormSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const size = quick ? QUICK : FULL;
  await using services = await Services.start({ postgres: false });
  await using topics = new Topics(services.brokers);
  const environment = {
    KAFKA_BROKERS: services.brokers.join(),
    KAFKA_TOPIC: await topics.create('bench-storm'),
    GATEWAY_PORT: '0',
    GATEWAY_DRAIN_MS: String(size.drainMs),
    // All of this fleet comes from one address.
    GATEWAY_ADDRESS_RATE: '0',
  };
  const product: Round[] = [];
  const floor: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    floor.push(await measure('benchmarks/floors/bare-server', environment, size));
    product.push(await measure('benchmarks/subjects/gateway', environment, size));
    const [p, f] = [product.at(-1), floor.at(-1)];
    progress(
      `storm: round ${round + 1}/${rounds}: ${p?.connectsPerSecond.toFixed(0)} of ${f?.connectsPerSecond.toFixed(0)} connects/s, ` +
        `p99 ${p?.talk.p99Ms.toFixed(1)} ms, bare ${f?.talk.p99Ms.toFixed(1)} ms`,
    );
  }
  const histograms = product.map(({ drained }) => drained ?? []);
  return {
    suite: 'storm',
    method:
      `One fresh process each. ${size.connecting} OCPP sockets connect as fast as they are taken, 200 under way at once; others, ${size.talking}, ` +
      `send ${size.perSecond} readings a second through Kafka, latency counted from when each was due; a drain closes them over ` +
      `${size.drainMs / 1_000} s. Floor: a bare \`ws\` server that publishes by kafkajs in micro-batches of 5 ms or 500 messages.`,
    figures: [
      {
        ...{ name: `${size.connecting} sockets connecting`, unit: 'connects/s' },
        product: product.map(({ connectsPerSecond }) => connectsPerSecond),
        floor: floor.map(({ connectsPerSecond }) => connectsPerSecond),
        target: { of: 'product', atLeast: 1_500 },
      },
      {
        ...{ name: `acknowledgement p99, ${size.talking} sockets, ${size.perSecond}/s`, unit: 'ms' },
        product: product.map(({ talk }) => talk.p99Ms),
        floor: floor.map(({ talk }) => talk.p99Ms),
        target: { of: 'ratio', atMost: 3 },
      },
      {
        ...{ name: 'a drain: the fullest second, of its even share', unit: 'x' },
        product: histograms.map((seconds) => fullest(seconds, size.drainMs)),
        floor: null,
        target: { of: 'product', atMost: 1.5 },
      },
    ],
    breakdowns: [
      {
        title: 'Sockets closed in each second of a drain',
        headings: ['round', 'by second'],
        lines: histograms.map((seconds, round) => [round + 1, seconds.join(' ')]),
      },
      {
        title: 'Acknowledgement at a steady rate, ms',
        headings: ['server', 'p50', 'p99'],
        lines: [
          ['meterpulse', ...medians(product)],
          ['floor', ...medians(floor)],
        ],
      },
    ],
  };
}

async function measure(
  server: 'benchmarks/floors/bare-server' | 'benchmarks/subjects/gateway',
  environment: Readonly<Record<string, string>>,
  size: typeof FULL,
): Promise<Round> {
  await using child = Child.start(server, environment);
  await using client = Child.start('benchmarks/load-client');
  const { port } = await child.call<{ port: number }>('start');
  const all: ConnectRequest = { port, endpoint: 'ocpp', sockets: size.connecting, firstIndex: 0 };
  const { seconds } = await client.call<{ seconds: number }>('open', all);
  await client.call('closeAll');
  await client.call('open', { ...all, sockets: size.talking, firstIndex: size.connecting });
  const request: OpenLoopRequest = size;
  const talk = await client.call<OpenLoopResult>('openLoop', request);
  if (talk.refused > 0) throw new Error(`${server} refused ${talk.refused} messages`);
  const connectsPerSecond = size.connecting / seconds;
  if (server === 'benchmarks/floors/bare-server') {
    await client.call('closeAll');
    return { connectsPerSecond, talk, drained: null };
  }
  await client.call('expectDrain');
  await child.call('drain');
  return { connectsPerSecond, talk, drained: await client.call<readonly number[]>('drained') };
}

/** Of the closes of one second, in even shares: 1 is as many as every other second has. */
function fullest(seconds: readonly number[], drainMs: number): number {
  const all = seconds.reduce((sum, closed) => sum + closed, 0);
  return Math.max(...seconds) / (all / (drainMs / 1_000));
}

function medians(rounds: readonly Round[]): string[] {
  const of = (pick: (round: Round) => number): string => spread(rounds.map(pick)).median.toFixed(1);
  return [of(({ talk }) => talk.p50Ms), of(({ talk }) => talk.p99Ms)];
}
