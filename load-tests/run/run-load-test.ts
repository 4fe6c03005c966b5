import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { compile } from '../../benchmarks/compile.js';
import type { LoadOptions } from '../options/options.js';
import { compareLedger, type LedgerComparison } from '../report/compare-ledger.js';
import { makeReport } from '../report/make-report.js';
import type { LoadReport } from '../report/report.js';
import { runLoad, type LoadResult } from './load.js';
import { LogLag } from './log-lag.js';
import type { Plan } from './plan.js';
import { withOwnPlatform, type OwnPlatform } from './platform.js';

/** The worker may be so far behind at the end; with ever so many readings, as long as half a minute for 100,000 of them. */
const LEAST_CATCH_UP_MS = 120_000;
const CATCH_UP_MS_PER_READING = 0.3;
const LOOK_EVERY_MS = 500;

export interface Terminal {
  /** A line that stays. */
  readonly say: (line: string) => void;
  /** A line that the next one writes over. */
  readonly progress: (line: string) => void;
}

export interface Size {
  readonly plan: Plan;
  /** How the number of sockets came about. */
  readonly why: string;
}

/** The whole test; its files are removed. Throws the signal's reason when it is aborted before the load has begun. */
export async function runLoadTest(
  options: LoadOptions,
  size: Size,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<LoadReport> {
  const directory = await mkdtemp(join(tmpdir(), 'meterpulse-load-'));
  try {
    const { plan } = size;
    const { target, files } = options;
    if (target !== null) {
      if (plan.simulate !== null) compile();
      const readLag = () => Promise.resolve(null);
      const result = await runLoad({
        ...{ plan, target, files, directory, signal, readLag },
        progress: terminal.progress,
        pids: {},
      });
      return makeReport({ options, ...size, result, ledger: null });
    }
    const made: { report: LoadReport | null } = { report: null };
    await withOwnPlatform(plan.gatewayProcesses, terminal.say, async (platform) => {
      signal.throwIfAborted();
      await using lag = await LogLag.open(platform.brokers, platform.databaseUrl, platform.topic);
      const readLag = () => lag.read();
      const { target: own, pids } = platform;
      const result = await runLoad({
        plan,
        target: own,
        files,
        directory,
        signal,
        readLag,
        pids,
        progress: terminal.progress,
      });
      const ledger = await compare(platform, lag, result, terminal, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
        return null;
      });
      const interrupted = signal.aborted;
      made.report = makeReport({ options, ...size, result: { ...result, interrupted }, ledger });
    }).catch((error: unknown) => {
      // A terminal's Ctrl-C goes to PostgreSQL as well: cleaning up after it can't succeed any more.
      if (!signal.aborted) throw error;
    });
    if (made.report === null) throw signal.reason;
    return made.report;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** After the worker has stored what is on the log, or can't be waited for any longer: what is missing then is lost. */
async function compare(
  { databaseUrl }: OwnPlatform,
  lag: LogLag,
  { samples, simulate, ledgers }: LoadResult,
  { say, progress }: Terminal,
  signal: AbortSignal,
): Promise<LedgerComparison> {
  const readings =
    samples.all.count('readings.acknowledged') + Number(simulate?.summary['ledgerReadings'] ?? 0);
  const deadline = Date.now() + Math.max(LEAST_CATCH_UP_MS, readings * CATCH_UP_MS_PER_READING);
  for (;;) {
    signal.throwIfAborted();
    const left = await lag.read();
    progress(`waiting for the worker: ${left} records to be stored`);
    if (left === 0 || Date.now() > deadline) break;
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
  say('comparing the ledger with the table');
  return await compareLedger(databaseUrl, ledgers);
}
