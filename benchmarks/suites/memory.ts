import { Child } from '../child.js';
import type { SuiteOptions, SuiteResult } from '../figure.js';
import type { ConnectRequest } from '../load-client.js';
import type { Usage } from '../process-usage.js';
import { Services } from '../services.js';
import { Topics } from '../topics.js';

const SETTLE_MS = 1_000;
const WARM_UP_SOCKETS = 100;

/** Resident memory of an idle OCPP socket in one gateway process, against a bare `ws` server. */
export async function memorySuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const sockets = quick ? 1_000 : 10_000;
  await using services = await Services.start({ postgres: false });
  await using topics = new Topics(services.brokers);
  const environment = {
    KAFKA_BROKERS: services.brokers.join(),
    KAFKA_TOPIC: await topics.create('bench-memory'),
    GATEWAY_PORT: '0',
  };
  const product: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < rounds; round++) {
    floor.push(await kilobytesPerSocket('benchmarks/floors/bare-server', environment, sockets));
    product.push(await kilobytesPerSocket('benchmarks/subjects/gateway', environment, sockets));
    progress(
      `memory: round ${round + 1}/${rounds}: ${product.at(-1)?.toFixed(1)} KB, bare ${floor.at(-1)?.toFixed(1)} KB`,
    );
  }
  return {
    suite: 'memory',
    method:
      `What the resident memory of one fresh process grows by when ${sockets} OCPP sockets connect, boot and stay idle, after a ` +
      'garbage collection before and after. Memory of the kernel is not in it.',
    figures: [
      {
        name: `an idle socket of ${sockets}`,
        unit: 'KB',
        product,
        floor,
        target: { of: 'ratio', atMost: 2.5 },
      },
    ],
    breakdowns: [],
  };
}

async function kilobytesPerSocket(
  server: string,
  environment: Readonly<Record<string, string>>,
  sockets: number,
): Promise<number> {
  await using child = Child.start(server, environment, { nodeArgs: ['--expose-gc'] });
  await using client = Child.start('benchmarks/load-client');
  const { port } = await child.call<{ port: number }>('start');
  const connect: ConnectRequest = { port, endpoint: 'ocpp', sockets: WARM_UP_SOCKETS, firstIndex: 0 };
  // The first sockets load code and make shapes: that is not what the ten thousandth costs.
  await client.call('open', connect);
  await later(SETTLE_MS);
  const before = await child.call<Usage>('usage');
  await client.call('open', { ...connect, sockets, firstIndex: WARM_UP_SOCKETS });
  await client.call('boot');
  await later(SETTLE_MS);
  const after = await child.call<Usage>('usage');
  await client.call('closeAll');
  return (after.residentBytes - before.residentBytes) / 1_000 / sockets;
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
