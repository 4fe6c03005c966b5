import pc from 'picocolors';
import { COEFFICIENTS, type Coefficient } from '../plan/coefficients.js';
import { coefficientsOf, type Plan } from '../plan/plan.js';
import { round, SECTIONS, type Unit } from '../plan/plan-item.js';
import type { Workload } from '../plan/workload.js';

/** What a person reads: each figure with how it was reckoned. */
export function planText(plan: Plan, explain: boolean): string {
  const lines = SECTIONS.flatMap((section) => {
    const own = plan.items.filter((item) => item.section === section);
    return [
      '',
      pc.bold(section),
      ...table(own.map(({ name, value, unit, formula }) => [name, amount(value, unit), formula])),
    ];
  });
  const coefficients = explain ? ['', pc.bold('coefficients'), ...coefficientLines(plan)] : [];
  const cautions = plan.warnings.map((warning) => `${pc.yellow('!')} ${warning}`);
  return [...lines.slice(1), ...coefficients, ...(cautions.length === 0 ? [] : ['', ...cautions])].join('\n');
}

/** One JSON line: in base units, with the formulas and the coefficients. */
export function planLine(workload: Workload, plan: Plan): string {
  const coefficients = Object.fromEntries(coefficientsOf(plan).map((name) => [name, COEFFICIENTS[name]]));
  return JSON.stringify({ workload, items: plan.items, coefficients, warnings: plan.warnings });
}

function coefficientLines(plan: Plan): string[] {
  return table(
    coefficientsOf(plan).map((name) => {
      const { value, unit, meaning, source }: Coefficient = COEFFICIENTS[name];
      return [name, `${value.toLocaleString('en-US')} ${unit}`, `${meaning}; ${sourceText(source)}`];
    }),
  );
}

function sourceText(source: Coefficient['source']): string {
  if (source.kind === 'seeded') return `tests/integration/plan-bytes.test.ts, ${source.measuredOn}`;
  return `npm run bench -- ${source.suite}, ${source.measuredOn}, docs/${source.page}`;
}

/** The first column to the left, the second one to the right, the third as it is. */
function table(rows: readonly (readonly [string, string, string])[]): string[] {
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  return rows.map(
    ([name, value, how]) => `  ${name.padEnd(width(0))}  ${value.padStart(width(1))}  ${pc.dim(how)}`,
  );
}

const STEPS: Readonly<Partial<Record<Unit, readonly (readonly [number, string])[]>>> = {
  bytes: [
    [1_099_511_627_776, 'TiB'],
    [1_073_741_824, 'GiB'],
    [1_048_576, 'MiB'],
  ],
  'bits/s': [
    [1e9, 'Gbit/s'],
    [1e6, 'Mbit/s'],
    [1e3, 'kbit/s'],
  ],
  readings: [
    [1e9, 'billion'],
    [1e6, 'million'],
  ],
};

/** As people say it, rounded to three figures; what is counted is exact. */
function amount(value: number, unit: Unit): string {
  if (unit === 'count') return value.toLocaleString('en-US');
  const step = STEPS[unit]?.find(([least]) => value >= least);
  return step === undefined ? `${round(value)} ${unit}` : `${round(value / step[0])} ${step[1]}`;
}
