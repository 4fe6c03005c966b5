import type { Breakdown, Figure, SuiteOptions, SuiteResult } from '../figure.js';
import { startFloor, startProduct } from '../load/gateway-cluster.js';
import { measureSockets, type SocketsRound, type SocketsSize, type Step } from '../load/sockets-round.js';
import { Services } from '../services.js';
import { spread } from '../statistics.js';
import { Topics } from '../topics.js';

const PROCESSES = 4;
const FULL: SocketsSize = {
  steps: [1_000, 5_000, 10_000, 25_000, 50_000],
  clients: 3,
  perSecond: 2_000,
  warmUpMs: 2_000,
  stepMs: 5_000,
  measureMs: 15_000,
  peakPerSecond: 10_000,
  peakMs: 15_000,
};
const QUICK: SocketsSize = {
  steps: [300, 900],
  clients: 3,
  perSecond: 200,
  warmUpMs: 500,
  stepMs: 1_000,
  measureMs: 2_000,
  peakPerSecond: 500,
  peakMs: 2_000,
};

/** A fleet on a cluster of gateway processes, while what it sends is stored: how fast it comes, what a socket takes, how soon it is answered. */
export async function socketsSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const size = quick ? QUICK : FULL;
  await using services = await Services.start({ postgres: true });
  await using topics = new Topics(services.brokers);
  const product: SocketsRound[] = [];
  const floor: SocketsRound[] = [];
  const run = async (start: typeof startProduct, topic: string): Promise<SocketsRound> => {
    await using cluster = await start(services, await topics.create(topic), PROCESSES);
    return await measureSockets(cluster, size, services);
  };
  for (let round = 0; round < rounds; round++) {
    floor.push(await run(startFloor, `bench-bare-${round}`));
    product.push(await run(startProduct, `bench-sockets-${round}`));
    progress(`sockets: round ${round + 1}/${rounds}: ${told(product.at(-1))}; bare: ${told(floor.at(-1))}`);
  }
  const sockets = (size.steps.at(-1) ?? 0).toLocaleString('en');
  const figure = (
    name: string,
    unit: string,
    of: (round: SocketsRound) => number,
    target: Figure['target'] = null,
  ): Figure => ({ name, unit, product: product.map(of), floor: floor.map(of), target });
  const peak = size.peakPerSecond.toLocaleString('en');
  return {
    suite: 'sockets',
    method:
      `A fresh cluster of ${PROCESSES} gateway processes as \`meterpulse gateway\` starts it, with \`meterpulse worker\`, PostgreSQL and Kafka at work; ` +
      `${size.clients} client processes. OCPP sockets connect as fast as they are taken (200 under way of each client) and boot; readings, one a message and no two ` +
      `alike, are sent whatever the server does, and latency counts from when each was due: ${size.perSecond.toLocaleString('en')} a second over all sockets, then ${peak} a second ` +
      `for ${(size.warmUpMs + size.peakMs) / 1_000} s. Memory is what the resident memory of all processes of the cluster, primary included, grows by from none to all sockets. ` +
      'In the end the ledger of each client is held against the table, row by row. Floor: a `node:cluster` of as many bare `ws` servers that publish ' +
      'by kafkajs in micro-batches of 5 ms or 500 messages and validate nothing; nobody stores what they publish.',
    figures: [
      figure(`${sockets} sockets connecting`, 'connects/s', ({ connectsPerSecond }) => connectsPerSecond, {
        ...{ of: 'product', atLeast: 3_000 },
      }),
      figure(`memory of a socket of ${sockets}`, 'KB', (round) => last(round).kilobytesPerSocket, {
        ...{ of: 'product', atMost: 10 },
      }),
      figure(`acknowledged, ${size.perSecond}/s, p50`, 'ms', (round) => last(round).steady.p50Ms),
      figure(`acknowledged, ${size.perSecond}/s, p99`, 'ms', (round) => last(round).steady.p99Ms, {
        ...{ of: 'product', atMost: 60 },
      }),
      figure(`acknowledged of ${peak} sent a second`, 'readings/s', (round) => round.peak.perSecond),
      figure(`acknowledged, ${peak}/s, p99`, 'ms', (round) => round.peak.p99Ms),
      {
        ...{
          name: 'from the last acknowledgement until all is stored',
          unit: 's',
          target: null,
          floor: null,
        },
        product: product.map(({ storedAfterS }) => storedAfterS ?? NaN),
      },
      {
        ...{ name: 'acknowledged and not stored as it was sent', unit: 'readings', floor: null },
        product: product.map(lost),
        target: { of: 'product', atMost: 0 },
      },
    ],
    breakdowns: [curve(product, floor), whoIsBusy(product, floor), ledgers(product)],
  };
}

function last(round: SocketsRound): Step {
  const step = round.steps.at(-1);
  if (step === undefined) throw new Error('a round without a step');
  return step;
}

/** A row that nobody sent is as wrong as one that is missing. */
function lost({ ledger }: SocketsRound): number {
  if (ledger === null) throw new Error('nobody stored anything');
  return ledger.missing + ledger.foreign;
}

function told(round: SocketsRound | undefined): string {
  if (round === undefined) throw new Error('a round without a result');
  const { kilobytesPerSocket, steady } = last(round);
  const { peak, connectsPerSecond, storedAfterS } = round;
  return (
    `${connectsPerSecond.toFixed(0)} connects/s, ${kilobytesPerSocket.toFixed(1)} KB, p50 ${steady.p50Ms.toFixed(1)} ms, p99 ${steady.p99Ms.toFixed(1)} ms; ` +
    `peak ${peak.perSecond.toFixed(0)}/s, p99 ${peak.p99Ms.toFixed(0)} ms${storedAfterS === null ? '' : `, stored ${storedAfterS.toFixed(1)} s later`}`
  );
}

function curve(product: readonly SocketsRound[], floor: readonly SocketsRound[]): Breakdown {
  const sizes = product[0]?.steps.map(({ sockets }) => sockets) ?? [];
  const median = (rounds: readonly SocketsRound[], at: number, of: (step: Step) => number): number =>
    spread(rounds.flatMap(({ steps }) => steps.slice(at, at + 1)).map(of)).median;
  const pair = (at: number, digits: number, of: (step: Step) => number): string[] =>
    [product, floor].map((rounds) => median(rounds, at, of).toFixed(digits));
  return {
    title: 'From the first sockets to all of them (medians; meterpulse and the floor)',
    headings: [
      'sockets',
      'connects/s',
      'floor',
      'KB a socket',
      'floor',
      'p50 ms',
      'floor',
      'p99 ms',
      'floor',
    ],
    lines: sizes.map((sockets, at) => [
      sockets.toLocaleString('en'),
      ...pair(at, 0, ({ connectsPerSecond }) => connectsPerSecond),
      ...pair(at, 1, ({ kilobytesPerSocket }) => kilobytesPerSocket),
      ...pair(at, 1, ({ steady }) => steady.p50Ms),
      ...pair(at, 1, ({ steady }) => steady.p99Ms),
    ]),
  };
}

function whoIsBusy(product: readonly SocketsRound[], floor: readonly SocketsRound[]): Breakdown {
  const cores = (rounds: readonly SocketsRound[], of: keyof SocketsRound['peakCpu']): string =>
    spread(rounds.map(({ peakCpu }) => peakCpu[of] / peakCpu.seconds)).median.toFixed(2);
  const line = (name: string, rounds: readonly SocketsRound[]): string[] => [
    name,
    ...(['gateway', 'worker', 'postgres', 'kafka', 'clients'] as const).map((of) => cores(rounds, of)),
    spread(rounds.map(({ peak }) => peak.p50Ms)).median.toFixed(1),
    spread(rounds.map(({ peak }) => peak.p99Ms)).median.toFixed(1),
  ];
  return {
    title: 'Cores busy at the most that is sent',
    headings: ['server', 'gateway', 'worker', 'PostgreSQL', 'Kafka', 'clients', 'p50 ms', 'p99 ms'],
    lines: [line('meterpulse', product), line('floor', floor)],
  };
}

function ledgers(product: readonly SocketsRound[]): Breakdown {
  return {
    title: 'Ledgers against the table',
    headings: ['round', 'acknowledged', 'stored', 'missing', 'not as sent'],
    lines: product.map(({ ledger }, round) => [
      round + 1,
      ...[ledger?.acknowledged, ledger?.stored, ledger?.missing, ledger?.foreign].map((count) => count ?? ''),
    ]),
  };
}
