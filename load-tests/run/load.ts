import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { holdFile, type HoldTimes } from '../engine/hold.js';
import { scenarioKind } from '../options/scenarios.js';
import type { Target } from '../options/options.js';
import { SampleFiles } from '../report/sample-files.js';
import { ArtilleryProcess, type ArtilleryReport } from './artillery-process.js';
import { bundleEngine } from './bundle-engine.js';
import type { Plan } from './plan.js';
import { SimulateProcess } from './simulate-process.js';
import { UsageLog } from './usage-log.js';

const LOOK_EVERY_MS = 1_000;
/** Artillery's start, and a machine that does everything at once. */
const RAMP_GRACE_MS = 60_000;
const DRAIN_SECONDS = 30;
/** After the hold: the drain, the closing of all sockets, and Artillery's own end. */
const END_GRACE_MS = 120_000;

export interface LoadRequest {
  readonly plan: Plan;
  readonly target: Target;
  /** For the files of this run; it is the caller's to remove. */
  readonly directory: string;
  /** Processes beside those of the load whose CPU and memory are of interest. */
  readonly pids: Readonly<Record<string, number>>;
  /** Records that aren't stored yet; null: not known. */
  readonly readLag: () => Promise<number | null>;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface LoadResult {
  /** ms since 1970 UTC. */
  readonly begin: number;
  readonly end: number;
  readonly hold: HoldTimes;
  readonly samples: SampleFiles;
  readonly usage: UsageLog;
  readonly missingSockets: number;
  readonly artillery: readonly ArtilleryReport[];
  readonly simulate: { readonly exitCode: number | null; readonly summary: Record<string, unknown> } | null;
  readonly ledgers: readonly string[];
}

/** Ramps, holds, and waits for the end of every process. Throws the signal's reason when it is aborted; ends what it started. */
export async function runLoad(request: LoadRequest): Promise<LoadResult> {
  const { plan, target, directory, signal } = request;
  const begin = Date.now();
  const modules = bundleEngine(directory);
  const processes = plan.parts.map((part) =>
    ArtilleryProcess.start(part, settingsOf(request, part.name, part.localAddress), modules),
  );
  const samples = new SampleFiles(directory);
  let simulate: SimulateProcess | null = null;
  const usage = new UsageLog(() => ({
    ...Object.fromEntries(Object.entries(request.pids).map(([name, pid]) => [name, [pid]])),
    artillery: processes.map(({ pid }) => pid),
    ...(simulate === null ? {} : { simulate: [simulate.pid] }),
  }));
  const watch = async (phase: string): Promise<void> => {
    await delay(LOOK_EVERY_MS, undefined, { signal });
    samples.read();
    const lag = await request.readLag();
    usage.add(lag);
    request.progress(progressLine(phase, begin, samples, lag));
  };
  try {
    const ended = { count: 0 };
    for (const each of processes) void each.ended.then(() => ended.count++);
    const isOpen = (): boolean => plan.parts.every((part) => samples.part(part.name).open >= part.sockets);
    const rampMs = Math.max(...plan.parts.map(({ rampSeconds }) => rampSeconds)) * 1_000;
    const rampDeadline = begin + 2 * rampMs + RAMP_GRACE_MS;
    while (!isOpen() && ended.count === 0 && Date.now() < rampDeadline) await watch('ramp');
    const planned = plan.parts.reduce((sum, { sockets }) => sum + sockets, 0);
    const missingSockets = Math.max(0, planned - samples.all.open);
    const hold = { from: Date.now(), until: Date.now() + plan.holdMs };
    writeFileSync(holdFile(directory), JSON.stringify(hold));
    const simulateLedger = join(directory, 'simulate.ledger.ndjson');
    if (plan.simulate !== null)
      simulate = SimulateProcess.start(plan.simulate, target.gatewayUrl, plan.holdMs, simulateLedger);
    const endDeadline = hold.until + END_GRACE_MS;
    while (ended.count < processes.length && Date.now() < endDeadline)
      await watch(Date.now() < hold.until ? 'hold' : 'end');
    const simulated = (await simulate?.summary()) ?? null;
    const artillery = await Promise.all(
      processes.map(async (each) => {
        await each.stop();
        return each.report();
      }),
    );
    samples.read();
    const ledgers = SampleFiles.ledgersIn(directory);
    return {
      begin,
      end: Date.now(),
      hold,
      samples,
      usage,
      missingSockets,
      artillery,
      simulate: simulated,
      ledgers,
    };
  } finally {
    await Promise.all([...processes.map((each) => each.stop()), simulate?.stop()]);
  }
}

function settingsOf({ plan, target, directory }: LoadRequest, part: string, localAddress: string | null) {
  return {
    ...{ directory, part, localAddress, ...target, prefix: 'LOAD-', every: plan.every, drain: DRAIN_SECONDS },
    fleet: plan.parts
      .filter(({ scenario }) => scenarioKind(scenario).beside === null)
      .map(({ name, users }) => ({ part: name, sockets: users })),
  };
}

function progressLine(phase: string, begin: number, { all }: SampleFiles, lag: number | null): string {
  const latency = all.time('readings.latency');
  const [p50, p99] = [0.5, 0.99].map((share) => latency.quantile(share).toFixed(1));
  const errors = Object.values(all.errors).reduce((sum, count) => sum + count, 0);
  return [
    `${phase} ${Math.round((Date.now() - begin) / 1_000)} s: ${all.open} open`,
    `${all.count('readings.sent')} readings sent`,
    `${all.count('readings.acknowledged')} acknowledged (p50 ${p50} ms, p99 ${p99} ms)`,
    `${errors} errors`,
    ...(lag === null ? [] : [`${lag} to be stored`]),
  ].join(', ');
}
