import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulateSummary } from '../../client/simulate/summary.js';
import { pause } from '../../server/broker/deadline.js';
import { freePorts } from '../../tests/harness/free-ports.js';
import { probedBy } from '../../tests/harness/heap-of.js';
import { descendantsOf } from '../descendants.js';
import type { Breakdown, Figure, SuiteOptions, SuiteResult } from '../figure.js';
import { PipelineRoles } from '../pipeline-roles.js';
import { Services } from '../services.js';
import { runFleet } from '../soak/fleet-process.js';
import { flatness, isFlat } from '../soak/is-flat.js';
import { MemorySamples, type Growth, type Sample } from '../soak/memory-samples.js';
import { STEADY_SUBSCRIBERS, trafficAround, type Counts } from '../soak/traffic-around.js';
import { whyUnacknowledged } from '../soak/why-unacknowledged.js';
import { Topics } from '../topics.js';

const MINUTES = 3;
const QUICK_MINUTES = 0.75;
const CHARGE_POINTS = 500;
const PER_SECOND = 300;
/** From here on a slope is judged: before, code is compiled, caches fill, and a few kilobytes are much in an hour. */
const JUDGED_MINUTES = 60;
const MOST_WARM_UP_MINUTES = 20;
/** MiB, of the changes that the live feed keeps, and of the answers that the API keeps. */
const KEPT_MB = 8;
/** Samples that a table shows. */
const SHOWN = 7;

interface Soaked {
  readonly growth: readonly Growth[];
  readonly said: SimulateSummary;
  readonly counts: Counts;
}

/** Memory of every role over time, under a steady load with reconnects, queries and subscribers. */
export async function soakSuite({ quick, minutes, progress }: SuiteOptions): Promise<SuiteResult> {
  const length = minutes ?? (quick ? QUICK_MINUTES : MINUTES);
  const everyMs = Math.max(2_000, Math.min(60_000, (length * 60_000) / 100));
  const warmUp = Math.min(MOST_WARM_UP_MINUTES, length / 3);
  const { growth, said, counts } = await soak(length, everyMs, warmUp, progress);
  const whole = (value: number): string => value.toLocaleString('en');
  return {
    suite: 'soak',
    method:
      `${length} minutes of ${PER_SECOND} messages a second from ${CHARGE_POINTS} charge points of \`meterpulse simulate\`, a fifth of them on bad networks, through every role in a process ` +
      `of its own on Kafka and PostgreSQL: ${whole(said.acknowledged)} messages acknowledged; ${whole(said.connections)} connections, ${whole(said.connectionsLost)} of them lost; ` +
      `${whole(counts.queries)} queries; ${whole(counts.subscriptions)} live subscribers that came and went, beside ${STEADY_SUBSCRIBERS} that stayed. ` +
      `What live feed and API keep is bounded to ${KEPT_MB} MiB each. Every ${(everyMs / 1_000).toFixed(0)} s each process collects its garbage and tells its memory. Slopes are of Theil and Sen, with their 95% interval, of what came after the first ${warmUp.toFixed(1)} minutes.`,
    figures: figuresOf(growth, said, length >= JUDGED_MINUTES),
    breakdowns: [slopes(growth), overTime(growth)],
  };
}

async function soak(
  length: number,
  everyMs: number,
  warmUp: number,
  progress: SuiteOptions['progress'],
): Promise<Soaked> {
  const directory = await mkdtemp(join(tmpdir(), 'mp-soak-'));
  try {
    await using services = await Services.start({ postgres: true });
    await using topics = new Topics(services.brokers);
    await using pipeline = await PipelineRoles.create(services, await topics.create('bench-soak'));
    const [livePort = 0] = await freePorts(1);
    const pids = await startRoles(pipeline, {
      ...probedBy({ directory, plainCode: false }),
      LIVE_PORT: String(livePort),
      // What is kept on purpose is full after the warm-up, and grows no more.
      LIVE_RECENT_MB: String(KEPT_MB),
      API_CACHE_MB: String(KEPT_MB),
      // All of this fleet comes from one address.
      GATEWAY_ADDRESS_RATE: '0',
    });
    const samples = new MemorySamples(directory, pids);
    const counts: Counts = { queries: 0, subscriptions: 0 };
    const load = { gatewayPort: pipeline.gatewayPort, chargePoints: CHARGE_POINTS, perSecond: PER_SECOND };
    const startedAt = performance.now();
    const passed = (): number => (performance.now() - startedAt) / 60_000;
    const take = async (signal: AbortSignal): Promise<void> => {
      while (passed() < length && !signal.aborted) {
        await pause(everyMs, signal);
        await samples.take(passed());
        progress(`soak: minute ${passed().toFixed(1)} of ${length}`, Math.min(1, passed() / length));
      }
    };
    const said = await together(
      (signal) => runFleet({ ...load, minutes: length }, signal),
      [take, (signal) => trafficAround({ api: pipeline.apiPort, live: livePort }, counts, signal)],
    );
    const why = whyUnacknowledged(said);
    if (why !== null) progress(`soak: not everything was acknowledged: ${why}`);
    return { growth: samples.growth(warmUp), said, counts };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** @returns the processes by what they are. */
async function startRoles(
  pipeline: PipelineRoles,
  environment: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, number>> {
  const pids = new Map<string, number>();
  for (const role of ['gateway', 'worker', 'api', 'live']) {
    const { pid } = await pipeline.start(role, environment);
    pids.set(role === 'gateway' ? 'gateway, primary' : role, pid);
    if (role === 'gateway') pids.set('gateway, process', descendantsOf(pid)[0] ?? NaN);
  }
  return pids;
}

/** Until `main` is done. Whatever fails first ends all of them, and is what is told. */
async function together<Result>(
  main: (signal: AbortSignal) => Promise<Result>,
  beside: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<Result> {
  const over = new AbortController();
  const failed = (error: unknown): void => over.abort(error);
  const companions = beside.map((run) => run(over.signal).catch(failed));
  try {
    return await main(over.signal);
  } catch (error) {
    // It is killed when one beside it fails.
    failed(error);
    throw over.signal.reason;
  } finally {
    over.abort(null);
    await Promise.all(companions);
  }
}

function figuresOf(growth: readonly Growth[], said: SimulateSummary, judged: boolean): Figure[] {
  const growing = growth.filter(({ heap }) => !isFlat(heap));
  return [
    {
      name: 'processes whose heap grew',
      unit: 'processes',
      product: [growing.length],
      floor: null,
      target: judged ? { of: 'product', atMost: 0 } : null,
      better: 'lower',
    },
    ...growth.map(({ role, heap }): Figure => ({
      name: `${role}: growth of the heap`,
      unit: 'MB/h',
      product: [heap.perUnit],
      floor: null,
      target: null,
      better: 'lower',
    })),
    {
      name: 'messages sent and not acknowledged',
      unit: 'messages',
      product: [said.waiting + said.rejected],
      floor: null,
      target: { of: 'product', atMost: 0 },
      better: 'lower',
    },
  ];
}

function slopes(growth: readonly Growth[]): Breakdown {
  return {
    title: 'Slopes, MB an hour',
    headings: ['process', 'heap and buffers after a collection', 'resident memory'],
    lines: growth.map(({ role, heap, resident }) => [role, flatness(heap), flatness(resident)]),
  };
}

function overTime(growth: readonly Growth[]): Breakdown {
  const all = growth[0]?.samples ?? [];
  const shown = Array.from({ length: Math.min(SHOWN, all.length) }, (_, index) =>
    Math.round((index * (all.length - 1)) / Math.max(1, SHOWN - 1)),
  );
  const told = (sample: Sample | undefined): string =>
    sample === undefined
      ? ''
      : `${((sample.heapUsed + sample.external) / 1e6).toFixed(1)} / ${(sample.rss / 1e6).toFixed(0)}`;
  return {
    title: 'Over time, MB of heap and buffers after a collection / resident',
    headings: ['process', ...shown.map((index) => `${all[index]?.minutes.toFixed(1) ?? ''} min`)],
    lines: growth.map(({ role, samples }) => [role, ...shown.map((index) => told(samples[index]))]),
  };
}
