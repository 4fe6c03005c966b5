import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { describeMachine } from '../../benchmarks/machine.js';
import type { LoadOptions } from '../options/options.js';
import type { ScenarioName } from '../options/scenarios.js';
import { REPOSITORY } from '../repository.js';
import type { LoadResult } from '../run/load.js';
import type { Plan } from '../run/plan.js';
import type { LedgerComparison } from './compare-ledger.js';
import { judgeRun } from './judge-run.js';
import { Merged } from './merged.js';
import { totalsOf, type LoadReport } from './report.js';
import { timeline } from './timeline.js';

export interface Finished {
  readonly options: LoadOptions;
  readonly plan: Plan;
  readonly why: string;
  readonly result: LoadResult;
  /** null: there is no table to compare with. */
  readonly ledger: LedgerComparison | null;
}

export function makeReport({ options, plan, why, result, ledger }: Finished): LoadReport {
  const { samples, usage, begin, end, hold, artillery, simulate, missingSockets, interrupted } = result;
  const scenarios = scenariosOf(plan, result);
  // Those that an interrupt ended have not failed.
  const failedProcesses = interrupted
    ? 0
    : artillery.filter(({ exitCode }) => exitCode !== 0).length + (simulate?.exitCode ? 1 : 0);
  const expectations = judgeRun(
    { all: samples.all, scenarios, missingSockets, failedProcesses, ledger },
    options.ensure,
  );
  const planned = plan.parts.reduce((sum, { sockets }) => sum + sockets, 0);
  const rampSeconds = (hold.from - firstSecond(result) * 1_000) / 1_000;
  return {
    command: ['npm run loadTesting --', ...process.argv.slice(2)].join(' '),
    startedAt: new Date(begin).toISOString(),
    machine: describeMachine(),
    artilleryVersion: artilleryVersion(),
    size: {
      sockets: plan.sockets,
      minutes: options.minutes,
      why,
      artilleryRate: Math.round(plan.artilleryRate * 10) / 10,
      simulateRate: plan.simulate?.rate ?? 0,
      artilleryProcesses: plan.parts.length,
      gatewayProcesses: options.target === null ? plan.gatewayProcesses : null,
    },
    rampPerSecond: Math.round((planned - missingSockets) / Math.max(1, rampSeconds)),
    holdFromSecond: Math.round((hold.from - begin) / 1_000),
    scenarios: [...scenarios].map(([name, merged]) => ({
      name,
      users: plan.parts
        .filter(({ scenario }) => scenario === name)
        .reduce((sum, { users }) => sum + users, 0),
      ...totalsOf(merged),
    })),
    totals: totalsOf(samples.all),
    histograms: Object.fromEntries(
      Object.entries(samples.all.times).map(([name, histogram]) => [name, histogram.toJSON()]),
    ),
    timeline: timeline(samples.seconds, usage.points, begin, end),
    simulate: simulate?.summary ?? null,
    ledger,
    artillery: interrupted ? artillery.map((each) => ({ ...each, output: null })) : artillery,
    unmeasured: unmeasuredOf(options, result, ledger),
    expectations,
    interrupted,
    ok: !interrupted && expectations.every(({ holds }) => holds),
  };
}

function scenariosOf(plan: Plan, { samples }: LoadResult): Map<ScenarioName, Merged> {
  const scenarios = new Map<ScenarioName, Merged>();
  for (const { name, scenario } of plan.parts) {
    const merged = scenarios.get(scenario) ?? new Merged();
    merged.addAll(samples.part(name));
    scenarios.set(scenario, merged);
  }
  return scenarios;
}

function unmeasuredOf(
  { target }: LoadOptions,
  { usage, interrupted, begin, end }: LoadResult,
  ledger: LedgerComparison | null,
): string[] {
  return [
    ...(interrupted ? [`The run was interrupted after ${Math.round((end - begin) / 1_000)} s.`] : []),
    ...(target === null && ledger === null
      ? ['The ledger was not compared with the table: the run was interrupted before that.']
      : []),
    ...(target === null
      ? []
      : [
          'The ledger was not compared with the table: the database of a gateway by --url is out of reach.',
          'CPU, memory and the lag of the worker were not measured: the roles run elsewhere.',
        ]),
    ...(usage.points.length === 0 ? ['CPU and memory were not measured: there is no /proc here.'] : []),
  ];
}

function firstSecond({ samples, begin }: LoadResult): number {
  return Math.min(...samples.seconds.keys(), Math.ceil(begin / 1_000) + 3_600);
}

function artilleryVersion(): string {
  const manifest = readFileSync(join(REPOSITORY, 'load-tests/node_modules/artillery/package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(manifest)).version;
}
