import { Child } from '../child.js';
import type { Breakdown, Figure, SuiteOptions, SuiteResult, Target } from '../figure.js';
import type { ClosedLoopResult } from '../load/closed-loop.js';
import type { ConnectRequest, OpenLoopResult } from '../load-client.js';
import { PeerServers, SERVERS, type PeerServer, type ServerName } from '../peers/peer-servers.js';
import { npmVersion, pythonVersion } from '../peers/peer-versions.js';
import { treeUsage } from '../process-tree.js';
import { Services } from '../services.js';
import { spread } from '../statistics.js';
import { Topics } from '../topics.js';

const NAMES = Object.keys(SERVERS) as ServerName[];
const CLOSED_SOCKETS = 500;
const STEADY_PER_SECOND = 2_000;
const WARM_UP_SOCKETS = 100;
const SETTLE_MS = 1_000;
/** What the gateway must do of what each does, and what it may take of it. */
const AT_LEAST: Record<Exclude<ServerName, 'meterpulse'>, number> = { floor: 0.7, ocppRpc: 5, python: 20 };
const P99_AT_MOST_OF_FLOOR = 2;

interface Size {
  readonly steadySockets: number;
  readonly idleSockets: number;
  /** A fresh process runs code that isn't compiled yet: it and the client are slower by half for some seconds. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

interface Round {
  readonly closed: ClosedLoopResult & {
    readonly serverCpuSeconds: number;
    /** Of Kafka and PostgreSQL. */
    readonly servicesCpuSeconds: number;
  };
  /** null: it does fewer messages a second than the steady rate, and would only fall behind. */
  readonly steady: OpenLoopResult | null;
  readonly idleKilobytes: number;
}

/** One gateway process against what charge points are connected to today: one insert before each answer. */
export async function peersSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const size: Size = quick
    ? { steadySockets: 500, idleSockets: 500, warmUpMs: 1_000, measureMs: 2_000 }
    : { steadySockets: 5_000, idleSockets: 5_000, warmUpMs: 5_000, measureMs: 5_000 };
  await using services = await Services.start({ postgres: true });
  await using topics = new Topics(services.brokers);
  const servers = await PeerServers.prepare(services, topics);
  const results: Record<ServerName, Round[]> = { meterpulse: [], floor: [], ocppRpc: [], python: [] };
  for (let round = 0; round < rounds; round++) {
    // Turn about, so that none always follows the same one.
    const order = [...NAMES.slice(round % NAMES.length), ...NAMES.slice(0, round % NAMES.length)];
    for (const name of order) results[name].push(await measure(services, servers, name, size));
    const told = NAMES.map((name) => `${SERVERS[name]} ${Math.round(perSecond(results[name].at(-1)))}`);
    progress(`peers: round ${round + 1}/${rounds}: ${told.join(', ')} messages/s`, (round + 1) / rounds);
  }
  return {
    suite: 'peers',
    method:
      `One fresh process of each in each round, on the same machine. Acknowledged: closed loop, ${CLOSED_SOCKETS} OCPP 1.6 sockets with one message ` +
      `under way each. Steady: ${STEADY_PER_SECOND} messages a second over ${size.steadySockets} sockets, latency counted from when each was due. Idle: what resident ` +
      `memory grows by when ${size.idleSockets} sockets connect, boot and stay idle. The peers are written as their users write them, and insert one row before ` +
      'each answer over a pool of 10 connections: npm `ocpp-rpc` + pg, which validates nothing by default; Python `ocpp` + ' +
      '`websockets` + asyncpg, which validates. Bare `ws` + kafkajs is the floor of suite `gateway`.',
    figures: figuresOf(results),
    breakdowns: [tableOf(results)],
    versions: {
      'ocpp-rpc': npmVersion('ocpp-rpc'),
      ...Object.fromEntries(
        ['ocpp', 'websockets', 'asyncpg'].map((name) => [`Python ${name}`, pythonVersion(name)]),
      ),
    },
  };
}

async function measure(
  services: Services,
  servers: PeerServers,
  name: ServerName,
  size: Size,
): Promise<Round> {
  await using server = await servers.start(name);
  await using client = Child.start('benchmarks/load-client');
  const idleKilobytes = await idle(server, client, size.idleSockets);
  const closed = await closedLoop(name, services, server, client, size);
  const keepsUp = closed.acknowledged / closed.seconds > STEADY_PER_SECOND;
  const steady = keepsUp ? await steadyRate(name, server, client, size) : null;
  return { closed, steady, idleKilobytes };
}

/** KB that a socket adds, once the first have loaded code and made shapes. */
async function idle(server: PeerServer, client: Child, sockets: number): Promise<number> {
  const connect: ConnectRequest = {
    port: server.port,
    endpoint: 'ocpp',
    sockets: WARM_UP_SOCKETS,
    firstIndex: 0,
  };
  await client.call('open', connect);
  await client.call('boot');
  await later(SETTLE_MS);
  const before = await server.usage();
  await client.call('open', { ...connect, sockets, firstIndex: WARM_UP_SOCKETS });
  await client.call('boot');
  await later(SETTLE_MS);
  const after = await server.usage();
  await client.call('closeAll');
  return (after.residentBytes - before.residentBytes) / 1_000 / sockets;
}

async function closedLoop(
  name: ServerName,
  services: Services,
  server: PeerServer,
  client: Child,
  { warmUpMs, measureMs }: Size,
): Promise<Round['closed']> {
  await client.call('open', { port: server.port, endpoint: 'ocpp', sockets: CLOSED_SOCKETS, firstIndex: 0 });
  await client.call('closedLoop', { inFlight: 1, warmUpMs: 0, measureMs: warmUpMs });
  const before = await server.usage();
  const servicesBefore = cpuOf(services);
  const began = performance.now();
  const result = await client.call<ClosedLoopResult>('closedLoop', { inFlight: 1, warmUpMs: 0, measureMs });
  const took = (performance.now() - began) / 1_000;
  const after = await server.usage();
  const servicesAfter = cpuOf(services);
  await client.call('closeAll');
  nothingRefused(name, result);
  // The last messages are answered after the clock has stopped.
  const share = result.seconds / took;
  return {
    ...result,
    serverCpuSeconds: (after.cpuSeconds - before.cpuSeconds) * share,
    servicesCpuSeconds: (servicesAfter - servicesBefore) * share,
  };
}

/** Seconds since they began. */
function cpuOf({ kafkaPid, postgresPid }: Services): number {
  return treeUsage(kafkaPid).cpuSeconds + treeUsage(postgresPid).cpuSeconds;
}

async function steadyRate(
  name: ServerName,
  server: PeerServer,
  client: Child,
  { steadySockets: sockets, warmUpMs, measureMs }: Size,
): Promise<OpenLoopResult> {
  await client.call('open', { port: server.port, endpoint: 'ocpp', sockets, firstIndex: 0 });
  const load = { perSecond: STEADY_PER_SECOND, warmUpMs, measureMs };
  const result = await client.call<OpenLoopResult>('openLoop', load);
  await client.call('closeAll');
  nothingRefused(name, result);
  return result;
}

function nothingRefused(name: ServerName, { refused }: { readonly refused: number }): void {
  if (refused > 0) throw new Error(`${SERVERS[name]} refused ${refused} messages`);
}

function figuresOf(results: Readonly<Record<ServerName, readonly Round[]>>): Figure[] {
  const others = ['floor', 'ocppRpc', 'python'] as const;
  const figure = (
    what: string,
    unit: string,
    other: ServerName,
    pick: (round: Round) => number,
    target: Target | null,
  ): Figure => ({
    name: `${what}, against ${SERVERS[other]}`,
    unit,
    product: results.meterpulse.map(pick),
    floor: results[other].map(pick),
    target,
  });
  const kept = [...others.filter((other) => results[other].every(({ steady }) => steady !== null))];
  const p99 = ({ steady }: Round): number => steady?.p99Ms ?? NaN;
  const steadyFigures = results.meterpulse.every(({ steady }) => steady !== null)
    ? kept.map((other) =>
        figure(
          `p99 at ${STEADY_PER_SECOND} messages/s`,
          'ms',
          other,
          p99,
          other === 'floor' ? { of: 'ratio', atMost: P99_AT_MOST_OF_FLOOR } : null,
        ),
      )
    : [];
  return [
    ...others.map((other) =>
      figure('acknowledged', 'messages/s', other, perSecond, { of: 'ratio', atLeast: AT_LEAST[other] }),
    ),
    ...steadyFigures,
    ...others.map((other) =>
      figure('an idle socket', 'KB', other, ({ idleKilobytes }) => idleKilobytes, null),
    ),
  ];
}

function tableOf(results: Readonly<Record<ServerName, readonly Round[]>>): Breakdown {
  return {
    title: 'All of them in the same rounds',
    headings: [
      'one process',
      'messages/s',
      'p50 ms',
      'p99 ms',
      'its CPU, µs a message',
      'Kafka’s and PostgreSQL’s',
      'the client’s',
      `p99 ms at ${STEADY_PER_SECOND}/s`,
      'KB a socket',
    ],
    lines: NAMES.map((name) => {
      const rounds = results[name];
      const median = (pick: (round: Round) => number): number => spread(rounds.map(pick)).median;
      return [
        SERVERS[name],
        Math.round(median(perSecond)).toLocaleString('en'),
        median(({ closed }) => closed.p50Ms).toFixed(0),
        median(({ closed }) => closed.p99Ms).toFixed(0),
        ...(['serverCpuSeconds', 'servicesCpuSeconds', 'cpuSeconds'] as const).map((of) =>
          median(({ closed }) => (closed[of] / closed.acknowledged) * 1e6).toFixed(0),
        ),
        rounds.every(({ steady }) => steady !== null)
          ? median(({ steady }) => steady?.p99Ms ?? NaN).toFixed(1)
          : 'can’t keep up',
        median(({ idleKilobytes }) => idleKilobytes).toFixed(1),
      ];
    }),
  };
}

function perSecond(round: Round | undefined): number {
  if (round === undefined) throw new Error('a round without a result');
  return round.closed.acknowledged / round.closed.seconds;
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
