import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CredentialFiles } from '../../client/transport/credential-files.js';
import { PREFIX } from '../engine/charge-point-names.js';
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
  readonly files: CredentialFiles;
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
  /** The rest is of what was measured until then. */
  readonly interrupted: boolean;
}

/** Ramps, holds, and waits for the end of every process. An abort ends them, and what was measured until then is told. */
export async function runLoad(request: LoadRequest): Promise<LoadResult> {
  const load = new Load(request);
  try {
    await load.rampAndHold().catch((error: unknown) => {
      if (!request.signal.aborted) throw error;
    });
    return await load.result();
  } finally {
    await load.stop();
  }
}

/** The processes of a run, and what they have told so far. */
class Load {
  readonly #begin = Date.now();
  readonly #processes: readonly ArtilleryProcess[];
  readonly #samples: SampleFiles;
  readonly #usage: UsageLog;
  #simulate: SimulateProcess | null = null;
  #hold: HoldTimes | null = null;
  #missingSockets: number | null = null;
  #ended = 0;

  constructor(private readonly request: LoadRequest) {
    const { plan, directory, pids } = request;
    const modules = bundleEngine(directory);
    this.#processes = plan.parts.map((part) =>
      ArtilleryProcess.start(part, settingsOf(request, part.name, part.localAddress), modules),
    );
    for (const each of this.#processes) void each.ended.then(() => this.#ended++);
    this.#samples = new SampleFiles(directory);
    this.#usage = new UsageLog(() => ({
      ...Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, [pid]])),
      artillery: this.#processes.map(({ pid }) => pid),
      ...(this.#simulate === null ? {} : { simulate: [this.#simulate.pid] }),
    }));
  }

  /** Throws the signal's reason when it is aborted. */
  async rampAndHold(): Promise<void> {
    const { plan, target, directory, files } = this.request;
    const samples = this.#samples;
    const isOpen = (): boolean => plan.parts.every((part) => samples.part(part.name).open >= part.sockets);
    const rampMs = Math.max(...plan.parts.map(({ rampSeconds }) => rampSeconds)) * 1_000;
    const rampDeadline = this.#begin + 2 * rampMs + RAMP_GRACE_MS;
    while (!isOpen() && this.#ended === 0 && Date.now() < rampDeadline) await this.#watch('ramp');
    this.#missingSockets = this.#notOpen();
    const hold = { from: Date.now(), until: Date.now() + plan.holdMs };
    this.#hold = hold;
    writeFileSync(holdFile(directory), JSON.stringify(hold));
    const ledger = join(directory, 'simulate.ledger.ndjson');
    if (plan.simulate !== null)
      this.#simulate = SimulateProcess.start(plan.simulate, {
        ...{ gatewayUrl: target.gatewayUrl, holdMs: plan.holdMs, ledger, files },
      });
    const endDeadline = hold.until + END_GRACE_MS;
    while (this.#ended < this.#processes.length && Date.now() < endDeadline)
      await this.#watch(Date.now() < hold.until ? 'hold' : 'end');
  }

  async result(): Promise<LoadResult> {
    const { directory, signal } = this.request;
    const missingSockets = this.#missingSockets ?? this.#notOpen();
    // A fleet that is ended before it was connected has nothing to say.
    const simulate = signal.aborted ? null : ((await this.#simulate?.summary()) ?? null);
    await this.stop();
    const artillery = await Promise.all(this.#processes.map((each) => each.report()));
    // What a terminal's Ctrl-C ends beside this process breaks connections, and tells nothing of the load.
    if (!signal.aborted) this.#samples.read();
    const end = Date.now();
    return {
      begin: this.#begin,
      end,
      hold: this.#hold ?? { from: end, until: end },
      samples: this.#samples,
      usage: this.#usage,
      missingSockets,
      artillery,
      simulate,
      ledgers: SampleFiles.ledgersIn(directory),
      interrupted: signal.aborted,
    };
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#processes.map((each) => each.stop()), this.#simulate?.stop()]);
  }

  async #watch(phase: string): Promise<void> {
    await delay(LOOK_EVERY_MS, undefined, { signal: this.request.signal });
    // Without it the rate isn't what was asked for: why is told now, and not at the end of the hold.
    this.#simulate?.throwIfFailed();
    this.#samples.read();
    const lag = await this.request.readLag();
    this.#usage.add(lag);
    this.request.progress(progressLine(phase, this.#begin, this.#samples, lag));
  }

  #notOpen(): number {
    const planned = this.request.plan.parts.reduce((sum, { sockets }) => sum + sockets, 0);
    return Math.max(0, planned - this.#samples.all.open);
  }
}

function settingsOf(request: LoadRequest, part: string, localAddress: string | null) {
  const { plan, target, files, directory } = request;
  return {
    ...{ directory, part, localAddress, ...target, files, prefix: PREFIX },
    ...{ every: plan.every, drain: DRAIN_SECONDS },
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
