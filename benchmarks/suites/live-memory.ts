import { Child } from '../child.js';
import type { SuiteOptions, SuiteResult } from '../figure.js';
import type { SubscribersRequest } from '../live/subscribers.js';
import type { Usage } from '../process-usage.js';
import { Services } from '../services.js';
import { migrate } from '../../store/migrate.js';

const SETTLE_MS = 1_000;
const WARM_UP_SOCKETS = 100;
/** Each of a charge point of its own: nothing is shared but the socket's code. */
const SUBSCRIBE = '{"type":"SUBSCRIBE","id":"s1","filter":{"chargePointIds":["BENCH-#"]}}';

/** Resident memory of an idle subscriber in one live process, against a socket of a bare `ws` server. */
export async function liveMemorySuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const sockets = quick ? 1_000 : 10_000;
  await using services = await Services.start({ postgres: true, kafka: false });
  const databaseUrl = await services.createDatabase('bench_live_memory');
  await migrate(databaseUrl);
  const product: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < rounds; round++) {
    floor.push(await kilobytesPerSocket('benchmarks/floors/bare-broadcast', sockets, 100, null));
    product.push(await kilobytesPerSocket('benchmarks/subjects/live', sockets, databaseUrl, SUBSCRIBE));
    const [mine, bare] = [product.at(-1), floor.at(-1)].map((each) => each?.toFixed(1));
    progress(`live-memory: round ${round + 1}/${rounds}: ${mine} KB, bare ${bare} KB`);
  }
  return {
    suite: 'live-memory',
    method:
      `What the resident memory of one fresh process grows by when ${sockets} sockets connect, subscribe to a charge point each, have their ` +
      'snapshot and stay idle, after a garbage collection before and after. Memory of the kernel is not in it. Floor: the same sockets at a bare `ws` server.',
    figures: [
      {
        name: `an idle subscriber of ${sockets}`,
        unit: 'KB',
        product,
        floor,
        target: { of: 'ratio', atMost: 2 },
      },
    ],
    breakdowns: [],
  };
}

async function kilobytesPerSocket(
  server: string,
  sockets: number,
  argument: unknown,
  subscribe: string | null,
): Promise<number> {
  const environment = { LIVE_PORT: '0', LIVE_MAX_CONNECTIONS: '15000' };
  await using child = Child.start(server, environment, { nodeArgs: ['--expose-gc'] });
  await using first = Child.start('benchmarks/live/subscribers');
  await using others = Child.start('benchmarks/live/subscribers');
  const { port } = await child.call<{ port: number }>('start', argument);
  const request: SubscribersRequest = { port, sockets: WARM_UP_SOCKETS, probes: 0, subscribe };
  // The first sockets load code and make shapes: that is not what the ten thousandth costs.
  await first.call('open', request);
  await later(SETTLE_MS);
  const before = await child.call<Usage>('usage');
  await others.call('open', { ...request, sockets });
  await later(SETTLE_MS);
  const after = await child.call<Usage>('usage');
  await others.call('close');
  await first.call('close');
  return (after.residentBytes - before.residentBytes) / 1_000 / sockets;
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
