import { Child } from '../child.js';
import type { SuiteOptions, SuiteResult } from '../figure.js';
import type { FanOutRequest, FanOutResult } from '../live/fan-out-driver.js';
import { LiveRole } from '../live/live-role.js';
import { Services } from '../services.js';
import { migrate } from '../../store/migrate.js';

/** Filters, cursors, bounds and a database to read may cost as much again as a bare broadcast, and no more. */
const TARGET = 0.5;

interface Round {
  readonly product: FanOutResult;
  readonly floor: FanOutResult;
}

/** Messages delivered to subscribers of everything, against a bare `ws` server that sends the same bytes to all. */
export async function liveFanOutSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const sizes = quick ? [100, 1_000] : [1_000, 10_000];
  const timing = quick ? { warmUpMs: 500, measureMs: 1_500 } : { warmUpMs: 2_000, measureMs: 6_000 };
  await using services = await Services.start({ postgres: true, kafka: false });
  const results = sizes.map((sockets) => ({ sockets, rounds: [] as Round[] }));
  for (let round = 0; round < rounds; round++) {
    for (const { sockets, rounds: done } of results) {
      const product = await live(services, { sockets, ...timing });
      const floor = await bare({ sockets, ...timing, rowBytes: product.rowBytes });
      done.push({ product, floor });
      const [mine, least] = [product, floor].map(({ perSecond }) =>
        Math.round(perSecond).toLocaleString('en'),
      );
      progress(
        `live-fan-out: ${sockets} subscribers round ${round + 1}/${rounds}: ${mine} of ${least} messages/s`,
      );
    }
  }
  const rowBytes = results[0]?.rounds[0]?.product.rowBytes ?? 0;
  return {
    suite: 'live-fan-out',
    method:
      `Rows of the feed with 10 readings each (${rowBytes} bytes to a subscriber), the next one committed when all before but four have come ` +
      'to five sockets, the first and the last among them; every subscriber hears everything. Subscribers are plain TCP in one process, which writes the rows as well. Floor: a ' +
      'bare `ws` server that sends a text of the same length to all, each time that it is told to.',
    figures: results.map(({ sockets, rounds: done }) => ({
      name: `delivered to ${sockets.toLocaleString('en')} subscribers`,
      unit: 'messages/s',
      product: done.map(({ product }) => Math.round(product.perSecond)),
      floor: done.map(({ floor }) => Math.round(floor.perSecond)),
      target: { of: 'ratio', atLeast: TARGET },
    })),
    breakdowns: [],
  };
}

type Load = Pick<FanOutRequest, 'sockets' | 'warmUpMs' | 'measureMs'>;

let databases = 0;

async function live(services: Services, load: Load): Promise<FanOutResult> {
  const name = `bench_fan_out_${databases++}`;
  const databaseUrl = await services.createDatabase(name);
  try {
    await migrate(databaseUrl);
    await using role = await LiveRole.start(databaseUrl, { LIVE_MAX_CONNECTIONS: '15000' });
    await using driver = Child.start('benchmarks/live/fan-out-driver');
    const request: FanOutRequest = { port: role.port, databaseUrl, rowBytes: null, ...load };
    return await driver.call<FanOutResult>('run', request);
  } finally {
    await services.dropDatabase(name);
  }
}

async function bare(load: Load & { readonly rowBytes: number }): Promise<FanOutResult> {
  await using server = Child.start('benchmarks/floors/bare-broadcast');
  const { port } = await server.call<{ port: number }>('start', load.rowBytes);
  await using driver = Child.start('benchmarks/live/fan-out-driver');
  return await driver.call<FanOutResult>('run', { port, databaseUrl: null, ...load } satisfies FanOutRequest);
}
