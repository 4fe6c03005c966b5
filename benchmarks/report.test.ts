import { describe, expect, it } from 'vitest';
import type { Figure, SuiteResult } from './figure.js';
import { markdownOf, misses } from './report.js';
import { withTables } from './write-docs.js';

const figure = (product: number[], floor: number[] | null, target: number | null): Figure => ({
  name: 'rows',
  unit: 'rows/s',
  product,
  floor,
  target,
});
const suite = (one: Figure): SuiteResult => ({ suite: 's', method: 'How.', figures: [one], breakdowns: [] });

describe('report', () => {
  it('judges the median of the ratios of each round, and shows their range', () => {
    const noisy = suite(figure([50, 10, 90], [100, 50, 100], 0.4));

    expect(markdownOf(noisy)).toContain('0.50 [0.20..0.90]');
    expect(markdownOf(noisy)).toContain('met: 0.4');
    expect(misses({ suites: [noisy] })).toEqual([]);
  });

  it('names what misses its target', () => {
    const slow = suite(figure([30], [100], 0.4));

    expect(markdownOf(slow)).toContain('MISSED: 0.4');
    expect(misses({ suites: [slow] })).toEqual(['rows: 0.30 of the floor, below 0.4']);
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
