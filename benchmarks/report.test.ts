import { describe, expect, it } from 'vitest';
import type { Figure, SuiteResult, Target } from './figure.js';
import { markdownOf, misses, originOf } from './report.js';
import { withTables } from './write-docs.js';

const figure = (product: number[], floor: number[] | null, target: Target | null): Figure => ({
  name: 'rows',
  unit: 'rows/s',
  product,
  floor,
  target,
});
const suite = (one: Figure): SuiteResult => ({ suite: 's', method: 'How.', figures: [one], breakdowns: [] });

describe('report', () => {
  it('judges the median of the ratios of each round, and shows their range', () => {
    const noisy = suite(figure([50, 10, 90], [100, 50, 100], { of: 'ratio', atLeast: 0.4 }));

    expect(markdownOf(noisy)).toContain('0.50 [0.20..0.90]');
    expect(markdownOf(noisy)).toContain('met: 0.4');
    expect(misses({ suites: [noisy] })).toEqual([]);
  });

  it('names what misses its target', () => {
    const slow = suite(figure([30], [100], { of: 'ratio', atLeast: 0.4 }));

    expect(markdownOf(slow)).toContain('MISSED: 0.4');
    expect(misses({ suites: [slow] })).toEqual(['rows: 0.30 of the floor, target 0.4']);
  });

  it('holds what must stay below a bound to it: a ratio, or the figure itself', () => {
    const dear = suite(figure([150], [100], { of: 'ratio', atMost: 1.4 }));
    const quick = suite(figure([12, 19, 40], null, { of: 'product', atMost: 20 }));

    expect(misses({ suites: [dear, quick] })).toEqual(['rows: 1.50 of the floor, target at most 1.4']);
    expect(markdownOf(quick)).toContain('met: at most 20 rows/s');
  });

  it('names the versions of what only one of its suites measures, beside those of all', () => {
    const peer = { ...suite(figure([7], null, null)), versions: { Debezium: '3.3' } };
    const machine = { cpu: 'C', cores: 2, memoryGiB: 4, node: 'v20', versions: { ws: '8' }, commit: 'abc' };
    const run = { startedAt: '2026-11-27T00:00:00.000Z', command: 'c', rounds: 3, machine, seconds: {} };

    const origin = originOf({ ...run, size: null, minutes: null, quick: false, suites: [peer] });

    expect(origin).toContain('Node v20, ws 8, Debezium 3.3.');
  });

  it('leaves ratio and target out where there is no floor', () => {
    expect(markdownOf(suite(figure([7], null, null)))).toMatch(/\| rows +\| 7 rows\/s +\| +\| +\| +\|/);
  });
});

describe('tables in the documentation', () => {
  const text = 'before\n<!-- bench s -->\nold\n<!-- /bench s -->\nafter\n';

  it('are replaced between their marks, and nothing else is', () => {
    const written = withTables(text, 's', 'new');
    expect(written).toBe('before\n<!-- bench s -->\n\nnew\n\n<!-- /bench s -->\nafter\n');
    expect(withTables(written, 's', 'new')).toBe(written);
  });

  it('are refused where the page has no place for them', () => {
    expect(() => withTables(text, 'other', 'new')).toThrow('has no <!-- bench other -->');
  });
});
