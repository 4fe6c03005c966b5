import { existsSync, rmSync } from 'node:fs';
import type { Command } from 'commander';
import { optionProblems } from '../option-problems.js';
import { listenForInterrupts } from '../../helpers/interrupts.js';
import { simulateOptionsSchema, type SimulateOptions } from './options.js';
import { createProgressReporter, type ProgressReporter } from './progress.js';
import { cutTornLine } from './reading-ledger.js';
import { runParts, type PartMessage } from './run-parts.js';
import { defaultBegin, simulate, type SimulateHooks, type SimulateResult } from './simulate.js';
import { isComplete, summaryOf, summaryTable } from './summary.js';

/** Runs `simulate` as the command line says; the answer is the exit code. */
export async function runSimulate(given: Record<string, unknown>, command: Command): Promise<number> {
  const parsed = simulateOptionsSchema.safeParse(given);
  if (!parsed.success) return command.error(`error: ${optionProblems(parsed.error)}`);
  const options = parsed.data;
  const interrupts = listenForInterrupts();
  const isPart = options.part[1] > 1;
  const reporter = isPart ? partReporter() : createProgressReporter(process.stderr);
  try {
    const hooks = { signal: interrupts.signal, onProgress: reporter.show };
    const result = await run(options, hooks);
    reporter.stop();
    if (isPart) {
      await tell({ type: 'result', result });
      process.disconnect();
      return isComplete(result) ? 0 : 1;
    }
    console.log(options.json ? JSON.stringify(summaryOf(result)) : summaryTable(result));
    if (interrupts.exitCode() !== 0) return interrupts.exitCode();
    return isComplete(result) ? 0 : 1;
  } finally {
    reporter.stop();
    interrupts.ignore();
  }
}

function run(options: SimulateOptions, hooks: SimulateHooks): Promise<SimulateResult> {
  if (options.processes === 1 || options.part[1] > 1) return simulate(options, hooks);
  // The parts add to one file, and agree on the time.
  if (options.ledger !== undefined && (options.outbox === undefined || !existsSync(options.outbox)))
    rmSync(options.ledger, { force: true });
  else if (options.ledger !== undefined) cutTornLine(options.ledger);
  const begin = new Date(options.defaultBegin ?? defaultBegin(Date.now())).toISOString();
  const args = process.argv.slice(process.argv.indexOf('simulate') + 1);
  // `now` is another time in each process.
  const fixed = args.includes('now')
    ? args.map((arg) => (arg === 'now' ? new Date(options.begin ?? 0).toISOString() : arg))
    : args;
  return runParts(options.processes, [...fixed, '--default-begin', begin], hooks);
}

function partReporter(): ProgressReporter {
  return {
    show: (snapshot, elapsedMs) => void tell({ type: 'progress', snapshot, elapsedMs }),
    stop: () => undefined,
  };
}

function tell(message: PartMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, () => resolve());
  });
}
