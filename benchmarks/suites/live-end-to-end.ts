import { Child } from '../child.js';
import type { Figure, SuiteOptions, SuiteResult } from '../figure.js';
import type { SendRequest, Sent } from '../live/charger.js';
import { LiveRole } from '../live/live-role.js';
import type { Arrivals, SubscribersRequest } from '../live/subscribers.js';
import { PipelineRoles } from '../pipeline-roles.js';
import { Services } from '../services.js';
import { quantile } from '../statistics.js';
import { Topics } from '../topics.js';

const PER_SECOND = 1_000;
const CHARGE_POINTS = 100;
const SUBSCRIBE = '{"type":"SUBSCRIBE","id":"s1","snapshot":false}';

interface Run {
  readonly seen: readonly number[];
  readonly acknowledged: readonly number[];
}

/** From a charger's reading to a subscriber's socket, durable all the way, with each role in a process of its own. */
export async function liveEndToEndSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const timing = quick ? { warmUpMs: 3_000, measureMs: 3_000 } : { warmUpMs: 6_000, measureMs: 15_000 };
  await using services = await Services.start({ postgres: true });
  await using topics = new Topics(services.brokers);
  const runs: Run[] = [];
  for (let round = 0; round < rounds; round++) {
    const run = await runRoles(services, await topics.create(`bench-live-${round}`), timing);
    runs.push(run);
    const [p50, p99] = [0.5, 0.99].map((q) => quantile(run.seen, q).toFixed(1));
    progress(`live-end-to-end: round ${round + 1}/${rounds}: p50 ${p50} ms, p99 ${p99} ms`);
  }
  const figure = (name: string, of: keyof Run, q: number, atMost?: number): Figure => ({
    name,
    unit: 'ms',
    product: runs.map((run) => quantile(run[of], q)),
    floor: null,
    target: atMost === undefined ? null : { of: 'product', atMost },
  });
  return {
    suite: 'live-end-to-end',
    method:
      `${PER_SECOND} readings a second from ${CHARGE_POINTS} charge points over /ingest; gateway, worker and live role in processes of their own on Kafka and ` +
      'PostgreSQL, configured as by default. Times count from when a message was due until a subscriber of everything has it; in between it was on the log ' +
      '(acks=all) and committed.',
    figures: [
      figure('charger to subscriber, p50', 'seen', 0.5, 50),
      figure('charger to subscriber, p99', 'seen', 0.99, 150),
      figure('acknowledged, p50', 'acknowledged', 0.5),
      figure('acknowledged, p99', 'acknowledged', 0.99),
    ],
    breakdowns: [],
  };
}

async function runRoles(
  services: Services,
  topic: string,
  { warmUpMs, measureMs }: { warmUpMs: number; measureMs: number },
): Promise<Run> {
  await using pipeline = await PipelineRoles.create(services, topic);
  for (const role of ['gateway', 'worker']) await pipeline.start(role);
  await using live = await LiveRole.start(pipeline.databaseUrl);
  await using subscribers = Child.start('benchmarks/live/subscribers');
  await using charger = Child.start('benchmarks/live/charger');
  const request: SubscribersRequest = { port: live.port, sockets: 1, probes: 1, subscribe: SUBSCRIBE };
  await subscribers.call('open', request);
  const load: SendRequest = {
    gatewayPort: pipeline.gatewayPort,
    perSecond: PER_SECOND,
    chargePoints: CHARGE_POINTS,
    forMs: warmUpMs + measureMs,
  };
  const { dueAt, acknowledgedAt } = await charger.call<Sent>('send', load);
  const last = { change: dueAt.length - 1, withinMs: 30_000 };
  const [seenAt = []] = await subscribers.call<Arrivals>('heard', last);
  await subscribers.call('close');
  const measured = dueAt.map((due, index) => ({ due, index })).slice((warmUpMs / 1_000) * PER_SECOND);
  return {
    seen: measured.map(({ due, index }) => (seenAt[index] ?? 0) - due),
    acknowledged: measured.map(({ due, index }) => (acknowledgedAt[index] ?? 0) - due),
  };
}
