/**
 * The live heap after a collection, at rest, with the same fleet: thousands of connections, messages, subscriptions and requests
 * more must leave it as it was. The bound is half of what one small object for each of the rarest would make of it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { heapOf, probedBy } from '../harness/heap-of.js';
import { kafkaBrokers } from '../harness/kafka.js';
import type { System } from './system/system.js';
import { Traffic, type Amounts } from './system/traffic.js';
import { withSystem } from './system/with-system.js';
import { until } from './until.js';

const ROUND: Amounts = { connections: 1_500, messages: 4_000, subscriptions: 3_000, queries: 1_500 };
/** Meanwhile code is loaded, shapes are made, and what is bounded fills up. */
const WARM_UP_ROUNDS = 2;
const ROUNDS = 3;
/** An object of one field takes 32 bytes, and its place in an array or a map 8 at least. */
const LEAST_LEAK_BYTES = 40;
/** What each role has most rarely of all that it does. */
const RAREST = {
  'gateway, primary': ROUND.connections,
  'gateway, process': ROUND.connections,
  worker: ROUND.messages,
  api: ROUND.queries,
  live: ROUND.subscriptions,
};
type Role = keyof typeof RAREST;

const boundOf = (role: Role): number => (ROUNDS * RAREST[role] * LEAST_LEAK_BYTES) / 2;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mp-heap-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it('lets go of connections, messages, subscriptions and requests, however many there were', async () => {
  const env = {
    ...probedBy({ directory, plainCode: true }),
    // What is kept on purpose is full after the warm-up, and kept in small parts.
    LIVE_RECENT_MB: '1',
    API_CACHE_MB: '1',
    BATCH_MAX_ROWS: '100',
  };
  const options = { brokers: kafkaBrokers() ?? null, gatewayProcesses: 1, live: true, env };
  await withSystem(options, async (system) => {
    const traffic = new Traffic(system);
    for (let round = 0; round < WARM_UP_ROUNDS; round++) await traffic.round(ROUND);
    const before = await heaps(system);
    for (let round = 0; round < ROUNDS; round++) await traffic.round(ROUND);
    const after = await heaps(system);
    const grown = [...after].map(([role, bytes]) => ({
      role,
      grownBytes: bytes - (before.get(role) ?? NaN),
      boundBytes: boundOf(role),
    }));
    console.log(grown.map(({ role, grownBytes }) => `${role} ${grownBytes} bytes`).join(', '));
    expect(grown.filter(({ grownBytes, boundBytes }) => !(grownBytes < boundBytes))).toEqual([]);
  });
});

/** Bytes by role, when nobody is connected any more. */
async function heaps(system: System): Promise<ReadonlyMap<Role, number>> {
  await until('every socket is gone', async () => {
    const gateway = await system.metric(system.gateway, 'meterpulse_gateway_connections ');
    const live = await system.metric(system.live, 'meterpulse_live_connections ');
    return gateway + live === 0;
  });
  const [gatewayProcess = 0] = system.gateway.forked();
  const pids: Readonly<Record<Role, number>> = {
    'gateway, primary': system.gateway.pid,
    'gateway, process': gatewayProcess,
    worker: system.workers[0]?.pid ?? 0,
    api: system.api.pid,
    live: system.live.pid,
  };
  const found = new Map<Role, number>();
  for (const role of Object.keys(pids) as Role[]) {
    found.set(role, (await heapOf(directory, pids[role])).heapUsed);
  }
  return found;
}
