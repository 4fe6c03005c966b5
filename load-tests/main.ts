import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readCredentials } from '../client/transport/credentials.js';
import { listenForInterrupts } from '../helpers/interrupts.js';
import { MeterpulseError } from '../helpers/meterpulse-error.js';
import { fittingSockets, thisMachine, whatIsMissing } from './options/fit-machine.js';
import { missingPasswords } from './options/missing-passwords.js';
import { parseOptions, USAGE, type LoadOptions } from './options/options.js';
import { reachTarget } from './options/reach-target.js';
import { reportPage } from './report/page.js';
import type { LoadReport } from './report/report.js';
import { summaryLines } from './report/summary.js';
import { REPOSITORY } from './repository.js';
import { chargePointsOf } from './run/charge-points-of.js';
import { makePlan } from './run/plan.js';
import { runLoadTest, type Size } from './run/run-load-test.js';
import { createTerminal } from './terminal.js';

/** 0: as expected. 1: an expectation is broken. 2: it could not run. 130: interrupted. */
async function main(): Promise<number> {
  const terminal = createTerminal(process.stderr);
  let options: LoadOptions | null;
  let size: Size;
  try {
    options = parseOptions(process.argv.slice(2));
    if (options === null) {
      console.log(USAGE);
      return 0;
    }
    if (options.listChargePoints) {
      console.log(chargePointsOf(makePlan(options, options.sockets ?? 0, false)).join('\n'));
      return 0;
    }
    size = sizeOf(options);
    await knock(options, size);
  } catch (error) {
    const remedy = error instanceof MeterpulseError ? ` ${error.remedy}` : '';
    console.error(`error: ${firstLine(error)}${remedy}`);
    return 2;
  }
  const interrupts = listenForInterrupts();
  try {
    terminal.say(size.why);
    const report = await runLoadTest(options, size, terminal, interrupts.signal);
    terminal.end();
    write(
      options.json ?? join(REPOSITORY, '.cache/load-tests/report.json'),
      JSON.stringify(report, null, 1),
      terminal.say,
    );
    write(
      options.html ?? join(REPOSITORY, '.cache/load-tests/report.html'),
      reportPage(report),
      terminal.say,
    );
    console.log(summaryLines(report));
    if (report.interrupted) {
      console.error(
        'interrupted: everything that was started has ended; the report has what was measured until then',
      );
      return interrupts.exitCode();
    }
    return exitCode(report);
  } catch (error) {
    terminal.end();
    if (interrupts.exitCode() === 0) throw error;
    console.error('interrupted: everything that was started has ended; there is no report');
    return interrupts.exitCode();
  } finally {
    interrupts.ignore();
  }
}

/** Throws one line on what would keep the load out. */
async function knock(options: LoadOptions, { plan }: Size): Promise<void> {
  const credentials = await readCredentials(options.files);
  const chargePointIds = chargePointsOf(plan);
  const missing = missingPasswords(chargePointIds, options.files, credentials);
  if (missing !== null) throw new Error(missing);
  await reachTarget(options, chargePointIds, credentials);
}

function sizeOf(options: LoadOptions): Size {
  const machine = thisMachine();
  const fitting = fittingSockets(machine);
  const sockets = options.sockets ?? fitting.sockets;
  const plan = makePlan(options, sockets, process.platform === 'linux' && isLocal(options));
  const all = plan.parts.reduce((sum, part) => sum + part.sockets, plan.simulate?.chargePoints ?? 0);
  const missing = whatIsMissing(machine, all, options.target === null);
  if (missing !== null) throw new Error(missing);
  const how =
    options.sockets === null
      ? `${fitting.why}; --sockets says another number`
      : `${sockets} sockets, as asked`;
  const beside =
    plan.simulate === null
      ? ''
      : `; Artillery sends ${Math.round(plan.artilleryRate)} messages a second, meterpulse simulate ${Math.round(plan.simulate.rate)} with ${plan.simulate.chargePoints} more sockets`;
  return {
    plan,
    why: `${how}, for ${options.minutes} minutes: ${plan.parts.length} processes of Artillery${beside}`,
  };
}

/** Only this machine can be reached from 127.0.0.2. */
function isLocal({ target }: LoadOptions): boolean {
  return target === null || /^(127\.|localhost$)/.test(new URL(target.gatewayUrl).hostname);
}

function write(path: string, text: string, say: (line: string) => void): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  say(`wrote ${path}`);
}

function exitCode({ ok, expectations }: LoadReport): number {
  for (const { of, expression, value, holds } of expectations)
    if (!holds) console.error(`not as expected: ${of}: ${expression}, and it is ${value ?? 'not measured'}`);
  return ok ? 0 : 1;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? text;
}

process.exitCode = await main();
