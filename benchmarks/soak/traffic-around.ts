import { pause } from '../../server/broker/deadline.js';
import { Child } from '../child.js';
import type { SubscribersRequest } from '../live/subscribers.js';
import { TimedRequests } from '../timed-requests.js';

const QUERIES_PER_SECOND = 5;
export const STEADY_SUBSCRIBERS = 20;
const PASSING_SUBSCRIBERS = 20;
/** Those that pass stay so long. */
const STAY_MS = 5_000;

const SUBSCRIBE = '{"type":"SUBSCRIBE","id":"s1"}';
const QUESTIONS = [
  '/v1/stats',
  '/v1/charge-points?limit=20',
  '/v1/readings?chargePointId=SIM-1&limit=50',
  '/v1/transactions?limit=20',
  '/v1/connections?limit=20',
];

export interface Counts {
  queries: number;
  subscriptions: number;
}

/** Asks the API all the time, and listens at the live feed: some for as long as it runs, others come and go. */
export async function trafficAround(
  ports: { readonly api: number; readonly live: number },
  counts: Counts,
  signal: AbortSignal,
): Promise<void> {
  await using steady = Child.start('benchmarks/live/subscribers');
  await using passing = Child.start('benchmarks/live/subscribers');
  const request: SubscribersRequest = {
    port: ports.live,
    sockets: STEADY_SUBSCRIBERS,
    probes: 0,
    subscribe: SUBSCRIBE,
  };
  await steady.call('open', request);
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const ending = (error: unknown): never => {
    failed.abort();
    throw error;
  };
  // Both have ended before their children are: a call to one that is gone would hide what went wrong.
  const ends = await Promise.allSettled([
    ask(ports.api, counts, either).catch(ending),
    comeAndGo(passing, request, counts, either).catch(ending),
  ]);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  await steady.call('close');
}

async function comeAndGo(
  child: Child,
  request: SubscribersRequest,
  counts: Counts,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await child.call('open', { ...request, sockets: PASSING_SUBSCRIBERS });
    counts.subscriptions += PASSING_SUBSCRIBERS;
    await pause(STAY_MS, signal);
    await child.call('close');
  }
}

async function ask(port: number, counts: Counts, signal: AbortSignal): Promise<void> {
  using requests = new TimedRequests(port);
  while (!signal.aborted) {
    await requests.get(QUESTIONS[counts.queries % QUESTIONS.length] ?? '');
    counts.queries += 1;
    await pause(1_000 / QUERIES_PER_SECOND, signal);
  }
}
