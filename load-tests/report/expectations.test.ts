import { describe, expect, it } from 'vitest';
import { SCENARIO_NAMES, expectationsOf } from '../options/scenarios.js';
import { judge, parseExpectation } from './expectations.js';
import { judgeRun } from './judge-run.js';
import { Merged } from './merged.js';

function merged(latencies: readonly number[], counters: Merged['counters'] = {}): Merged {
  const bins = Object.fromEntries(latencies.map((bin) => [String(bin), 1]));
  const made = new Merged();
  const histogram = { count: latencies.length, sum: 0, max: 1e9, bins };
  made.add({ counters, times: { 'readings.latency': histogram }, errors: {} });
  return made;
}

describe('an expectation', () => {
  it.each([
    ['readings.refused == 0', 0, true],
    ['readings.refused == 0', 1, false],
    ['readings.latency.p99<60', 59.9, true],
    ['readings.latency.p99 < 60', 60, false],
    ['live.messages > 0', 0, false],
    ['sockets.missing <= 2', 2, true],
    ['queries.answered >= 10', 9, false],
    ['ledger.lost != 3', 3, false],
  ])('%s is judged of %d', (expression, value, holds) => {
    expect(judge('all', parseExpectation(expression), value)).toMatchObject({ holds });
  });

  it('of what was not measured is broken', () => {
    expect(judge('all', parseExpectation('queries.latency.p99 < 60'), null).holds).toBe(false);
  });

  it.each(SCENARIO_NAMES)('of %s names what is measured', (name) => {
    expect(expectationsOf(name).length).toBeGreaterThan(0);
  });
});

describe('a run', () => {
  const ledger = {
    lines: 1,
    acknowledged: 1,
    stored: 1,
    lost: 0,
    doubled: 0,
    unacknowledged: 0,
    examples: [],
  };
  const measured = {
    all: merged([300]),
    scenarios: new Map([['steady' as const, merged([300])]]),
    missingSockets: 0,
    failedProcesses: 0,
    ledger,
  };
  const broken = (...judged: Parameters<typeof judgeRun>): readonly string[] =>
    judgeRun(...judged)
      .filter(({ holds }) => !holds)
      .map(({ expression }) => expression);

  it('is as expected when every scenario is, and nothing is lost or doubled', () => {
    expect(broken(measured, [])).toEqual([]);
    expect(broken({ ...measured, ledger: { ...ledger, lost: 1 } }, [])).toEqual(['ledger.lost == 0']);
    expect(broken({ ...measured, ledger: { ...ledger, doubled: 1 } }, [])).toEqual(['ledger.doubled == 0']);
    expect(broken({ ...measured, missingSockets: 1 }, [])).toEqual(['sockets.missing == 0']);
    expect(broken({ ...measured, failedProcesses: 1 }, [])).toEqual(['processes.failed == 0']);
  });

  it('is held against the expectations of the command line instead of the scenarios own of the same measure', () => {
    const scenarios = new Map([['steady' as const, merged([650], { 'readings.refused': 1 })]]);
    expect(broken({ ...measured, scenarios }, [])).toEqual([
      'readings.refused == 0',
      'readings.latency.p99 < 1000',
    ]);
    const given = [
      parseExpectation('readings.latency.p99 < 10000'),
      parseExpectation('readings.refused == 1'),
    ];
    expect(broken({ ...measured, scenarios, all: merged([650]) }, given)).toEqual(['readings.refused == 1']);
  });
});
