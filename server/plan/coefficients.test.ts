import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tablesIn } from '../../benchmarks/write-docs.js';
import { COEFFICIENTS, type Coefficient, type CoefficientName } from './coefficients.js';
import { RULES } from './rules.js';

const NAMES = Object.keys(COEFFICIENTS) as CoefficientName[];
const benchmarks = NAMES.flatMap((name) => {
  const { value, source }: Coefficient = COEFFICIENTS[name];
  return source.kind === 'benchmark' ? [{ name, value, source }] : [];
});

/** What the committed tables of a suite say, in the coefficient's unit. */
function committed({ page, suite, row, column, scale }: (typeof benchmarks)[number]['source']): number {
  const tables = tablesIn(readFileSync(`docs/${page}`, 'utf8'), suite);
  const line = tables.split('\n').find((each) => each.startsWith(row));
  const cell = line?.split('|')[column + 1]?.replaceAll(',', '') ?? '';
  return Number.parseFloat(cell) * scale;
}

describe('a coefficient of a plan', () => {
  it.each(benchmarks)('$name is what the benchmarks measured last', ({ name, value, source }) => {
    const found = committed(source);
    expect(found, `docs/${source.page}, suite ${source.suite} has no ${source.row}`).toBeGreaterThan(0);
    const off = Math.abs(found / value - 1);
    expect(
      off,
      `${name} is ${value}, and was measured as ${found}: mend the coefficient`,
    ).toBeLessThanOrEqual(source.tolerance);
  });

  it('is noticed when the tables say something else', () => {
    const [first] = benchmarks;
    if (first === undefined) throw new Error('there are none');
    expect(Number.isNaN(committed({ ...first.source, row: '| nothing like it' }))).toBe(true);
    expect(committed({ ...first.source, scale: first.source.scale * 2 })).toBeGreaterThan(first.value * 1.3);
  });

  it('has a meaning, a date and a tolerance', () => {
    for (const name of NAMES) {
      const { value, meaning, source }: Coefficient = COEFFICIENTS[name];
      expect(value).toBeGreaterThan(0);
      expect(meaning).not.toBe('');
      expect(Number.isNaN(Date.parse(source.measuredOn))).toBe(false);
      expect(source.tolerance).toBeLessThanOrEqual(0.5);
    }
  });
});

describe('a rule of a plan', () => {
  it.each(['gateway', 'worker', 'api', 'live'] as const)('takes the memory that %s requests', (role) => {
    const manifest = readFileSync(`kubernetes/base/${role}/deployment.yaml`, 'utf8');
    const requests = [...manifest.matchAll(/requests:\s+cpu: \S+\s+memory: (\d+)Mi/g)].map(([, mib]) =>
      Number(mib),
    );
    expect(requests).toContain(RULES.memoryMiB[role]);
  });
});
