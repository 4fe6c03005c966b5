import { Child } from '../child.js';
import type { Breakdown, Figure, SuiteOptions, SuiteResult } from '../figure.js';
import type { ClosedLoopRequest, ClosedLoopResult } from '../load/closed-loop.js';
import type { ConnectRequest, OpenLoopRequest, OpenLoopResult } from '../load-client.js';
import type { Usage } from '../process-usage.js';
import { Services } from '../services.js';
import { spread } from '../statistics.js';
import { Topics } from '../topics.js';

/** Of what a bare server acknowledges, that validates and bounds nothing. */
const TARGET = 0.7;
/** OCPP-J allows one call under way on a socket; plain JSON any number. */
const LOADS = [
  { endpoint: 'ingest', title: '/ingest', sockets: 100, inFlight: 10 },
  { endpoint: 'ocpp', title: 'OCPP 1.6', sockets: 500, inFlight: 1 },
] as const;

/** Many sockets, each of which sends seldom. */
const STEADY = { sockets: 5_000, perSecond: 2_000, warmUpMs: 3_000, measureMs: 15_000 };
const STEADY_QUICK = { sockets: 500, perSecond: 200, warmUpMs: 500, measureMs: 2_000 };

type Load = (typeof LOADS)[number];

interface Server extends AsyncDisposable {
  readonly name: 'meterpulse' | 'floor';
  readonly child: Child;
  readonly port: number;
}

interface Round extends ClosedLoopResult {
  readonly serverCpuSeconds: number;
}

/** Acknowledged messages of one gateway process, against a bare `ws` server on the same Kafka. */
export async function gatewaySuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  await using services = await Services.start({ postgres: false });
  await using topics = new Topics(services.brokers);
  await using floorServer = await startServer('floor', services, await topics.create('bench-floor'));
  await using productServer = await startServer('meterpulse', services, await topics.create('bench-gateway'));
  const servers = [floorServer, productServer];
  await using client = Child.start('benchmarks/load-client');
  const figures: Figure[] = [];
  const lines: Breakdown['lines'][number][] = [];
  for (const load of LOADS) {
    const timing = quick ? { warmUpMs: 1_000, measureMs: 2_000 } : { warmUpMs: 2_000, measureMs: 6_000 };
    const results: Record<Server['name'], Round[]> = { meterpulse: [], floor: [] };
    // Code that has not run a few seconds is slower by half: a first round of each counts for nothing.
    for (const server of servers) await measure(client, server, load, { ...timing, measureMs: 1_000 });
    for (let round = 0; round < rounds; round++) {
      // Turn about, so that neither always follows the other.
      for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
        results[server.name].push(await measure(client, server, load, timing));
      }
      const [product, floor] = [results.meterpulse.at(-1), results.floor.at(-1)].map(perSecond);
      progress(`gateway: ${load.title} round ${round + 1}/${rounds}: ${product} of ${floor} messages/s`);
    }
    figures.push({
      name: `acknowledged over ${load.title}`,
      unit: 'messages/s',
      product: results.meterpulse.map(perSecond),
      floor: results.floor.map(perSecond),
      target: { of: 'ratio', atLeast: TARGET },
    });
    for (const name of ['meterpulse', 'floor'] as const) lines.push(describe(load, name, results[name]));
  }
  const steady = quick ? STEADY_QUICK : STEADY;
  const talks: Record<Server['name'], OpenLoopResult[]> = { meterpulse: [], floor: [] };
  for (let round = 0; round < rounds; round++) {
    for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
      talks[server.name].push(await talk(client, server, steady));
    }
    const [product, floor] = [talks.meterpulse.at(-1), talks.floor.at(-1)].map((each) =>
      each?.p99Ms.toFixed(1),
    );
    progress(
      `gateway: ${steady.perSecond}/s round ${round + 1}/${rounds}: p99 ${product} ms, bare ${floor} ms`,
    );
  }
  figures.push({
    name: `acknowledgement p99, ${steady.sockets} sockets, ${steady.perSecond}/s`,
    unit: 'ms',
    product: talks.meterpulse.map(({ p99Ms }) => p99Ms),
    floor: talks.floor.map(({ p99Ms }) => p99Ms),
    target: { of: 'ratio', atMost: 2 },
  });
  return {
    suite: 'gateway',
    method:
      `One process each, closed loop: ${LOADS.map(({ title, sockets, inFlight }) => `${title} ${sockets} sockets with ${inFlight} under way`).join(', ')}; ` +
      'messages of the sample workbook, 12 partitions, acks=all. Floor: a bare `ws` server that publishes by kafkajs in ' +
      'micro-batches of 5 ms or 500 messages and answers without parsing or validating. p99: OCPP 1.6 at a steady rate, ' +
      'counted from when each message was due.',
    figures,
    breakdowns: [
      {
        title: 'The same rounds: latency under full load, and the CPU that an acknowledged message costs',
        headings: ['load', 'server', 'p50 ms', 'p99 ms', 'server CPU µs', 'client CPU µs'],
        lines,
      },
    ],
  };
}

async function talk(
  client: Child,
  { name, port }: Server,
  { sockets, ...request }: OpenLoopRequest & { readonly sockets: number },
): Promise<OpenLoopResult> {
  const connect: ConnectRequest = { port, endpoint: 'ocpp', sockets, firstIndex: 0 };
  await client.call('open', connect);
  const result = await client.call<OpenLoopResult>('openLoop', request);
  await client.call('closeAll');
  if (result.refused > 0) throw new Error(`${name} refused ${result.refused} messages`);
  return result;
}

async function startServer(name: Server['name'], services: Services, topic: string): Promise<Server> {
  const child = Child.start(
    name === 'floor' ? 'benchmarks/floors/bare-server' : 'benchmarks/subjects/gateway',
    {
      KAFKA_BROKERS: services.brokers.join(),
      KAFKA_TOPIC: topic,
      GATEWAY_PORT: '0',
      GATEWAY_ADDRESS_RATE: '0',
    },
    { nodeArgs: profiling(name) },
  );
  const { port } = await child.call<{ port: number }>('start').catch(async (error: unknown) => {
    await child.stop();
    throw error;
  });
  return { name, child, port, [Symbol.asyncDispose]: () => child.stop() };
}

/** BENCH_CPU_PROFILE=DIR keeps a CPU profile of each server there. */
function profiling(name: Server['name']): string[] {
  const directory = process.env['BENCH_CPU_PROFILE'];
  if (directory === undefined) return [];
  return [
    '--cpu-prof',
    `--cpu-prof-dir=${directory}`,
    `--cpu-prof-name=gateway-${name}-${Date.now()}.cpuprofile`,
  ];
}

async function measure(
  client: Child,
  { name, child, port }: Server,
  { endpoint, sockets, inFlight }: Load,
  timing: Omit<ClosedLoopRequest, 'inFlight'>,
): Promise<Round> {
  const connect: ConnectRequest = { port, endpoint, sockets, firstIndex: 0 };
  await client.call('open', connect);
  const before = await child.call<Usage>('usage');
  const result = await client.call<ClosedLoopResult>('closedLoop', { ...timing, inFlight });
  const after = await child.call<Usage>('usage');
  await client.call('closeAll');
  if (result.refused > 0) throw new Error(`${name} refused ${result.refused} messages`);
  // The server's clock ran through the warm-up as well.
  const share = timing.measureMs / (timing.measureMs + timing.warmUpMs);
  return { ...result, serverCpuSeconds: (after.cpuSeconds - before.cpuSeconds) * share };
}

function perSecond(round: ClosedLoopResult | undefined): number {
  if (round === undefined) throw new Error('a round without a result');
  return Math.round(round.acknowledged / round.seconds);
}

function describe(
  { title }: Load,
  name: Server['name'],
  rounds: readonly Round[],
): Breakdown['lines'][number] {
  const median = (pick: (round: Round) => number): string => spread(rounds.map(pick)).median.toFixed(1);
  return [
    title,
    name,
    median(({ p50Ms }) => p50Ms),
    median(({ p99Ms }) => p99Ms),
    median(({ serverCpuSeconds, acknowledged }) => (serverCpuSeconds / acknowledged) * 1e6),
    median(({ cpuSeconds, acknowledged }) => (cpuSeconds / acknowledged) * 1e6),
  ];
}
