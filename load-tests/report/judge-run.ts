import { expectationsOf, type ScenarioName } from '../options/scenarios.js';
import type { LedgerComparison } from './compare-ledger.js';
import { judge, parseExpectation, type Expectation, type Judged } from './expectations.js';
import type { Merged } from './merged.js';

export interface Measured {
  readonly all: Merged;
  readonly scenarios: ReadonlyMap<ScenarioName, Merged>;
  readonly missingSockets: number;
  readonly failedProcesses: number;
  /** null: it can't be compared. */
  readonly ledger: LedgerComparison | null;
}

/** Expected of every run. */
const ALWAYS = ['sockets.missing == 0', 'processes.failed == 0'];
const WITH_LEDGER = ['ledger.lost == 0', 'ledger.doubled == 0'];

/** Each scenario's expectations of what it measured, those of the command line of all together; these take the place of the former. */
export function judgeRun(measured: Measured, given: readonly Expectation[]): readonly Judged[] {
  const replaced = new Set(given.map(({ measure }) => measure));
  const kept = (expectation: Expectation): boolean => !replaced.has(expectation.measure);
  const own = [...ALWAYS, ...(measured.ledger === null ? [] : WITH_LEDGER)].map(parseExpectation);
  return [
    ...[...own.filter(kept), ...given].map((each) => judge('all', each, valueOf(measured, each.measure))),
    ...[...measured.scenarios].flatMap(([name, merged]) =>
      expectationsOf(name)
        .filter(kept)
        .map((each) => judge(name, each, merged.measure(each.measure))),
    ),
  ];
}

function valueOf(measured: Measured, measure: string): number | null {
  switch (measure) {
    case 'sockets.missing':
      return measured.missingSockets;
    case 'processes.failed':
      return measured.failedProcesses;
    case 'ledger.lost':
      return measured.ledger?.lost ?? null;
    case 'ledger.doubled':
      return measured.ledger?.doubled ?? null;
    default:
      return measured.all.measure(measure);
  }
}
