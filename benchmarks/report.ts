import type { Breakdown, Figure, SuiteResult } from './figure.js';
import type { Machine } from './machine.js';
import { pairedRatios, spread } from './statistics.js';

export interface Report {
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly command: string;
  readonly rounds: number;
  readonly size: number | null;
  readonly minutes: number | null;
  readonly quick: boolean;
  readonly machine: Machine;
  /** How long each suite took. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly suites: readonly SuiteResult[];
}

/** A suite's tables in Markdown: readable in a terminal as they are. */
export function markdownOf(suite: SuiteResult): string {
  return [
    suite.method,
    ...(suite.figures.length === 0
      ? []
      : [
          table(
            ['figure', 'meterpulse', 'floor', 'ratio, median [min..max]', 'target'],
            suite.figures.map(figureCells),
          ),
        ]),
    ...suite.breakdowns.map(breakdownText),
  ].join('\n\n');
}

/** Where and how the numbers came about: without it they say nothing. */
export function originOf({ startedAt, command, rounds, machine, suites }: Report): string {
  const all = suites.reduce((known, suite) => ({ ...known, ...suite.versions }), machine.versions);
  const versions = Object.entries(all).map(([name, version]) => `${name} ${version}`);
  return (
    `\`${command}\`, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}, ${startedAt.slice(0, 10)}, commit ${machine.commit}; ` +
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, shared by the load, Kafka and PostgreSQL; ` +
    `Node ${machine.node}, ${versions.join(', ')}.`
  );
}

/** What misses its target, one line each. */
export function misses({ suites }: Pick<Report, 'suites'>): string[] {
  return suites
    .flatMap(({ figures }) => figures)
    .flatMap((figure) => {
      const judged = judge(figure);
      if (judged === null || judged.met) return [];
      return [`${figure.name}: ${judged.found}, target ${judged.target}`];
    });
}

/** Name, product, floor, ratio and target, as a table shows them. */
export function figureCells(figure: Figure): string[] {
  const ratio = ratioOf(figure);
  const judged = judge(figure);
  return [
    figure.name,
    amount(figure.product, figure.unit),
    figure.floor === null ? '' : amount(figure.floor, figure.unit),
    ratio === null ? '' : `${ratio.median.toFixed(2)} [${ratio.min.toFixed(2)}..${ratio.max.toFixed(2)}]`,
    judged === null ? '' : `${judged.met ? 'met' : 'MISSED'}: ${judged.target}`,
  ];
}

/** null: nothing is asked of it, or there is nothing to compare. */
function judge(figure: Figure): { met: boolean; target: string; found: string } | null {
  const { target, unit } = figure;
  const ratio = ratioOf(figure);
  if (target === null || (target.of === 'ratio' && ratio === null)) return null;
  const median = target.of === 'ratio' ? (ratio?.median ?? NaN) : spread(figure.product).median;
  const { atLeast = -Infinity, atMost = Infinity } = target;
  const bound = target.atMost === undefined ? `${target.atLeast}` : `at most ${target.atMost}`;
  return {
    met: median >= atLeast && median <= atMost,
    target: target.of === 'ratio' ? bound : `${bound} ${unit}`,
    found: target.of === 'ratio' ? `${median.toFixed(2)} of the floor` : amount(figure.product, unit),
  };
}

function ratioOf({ product, floor }: Figure): ReturnType<typeof spread> | null {
  return floor === null ? null : spread(pairedRatios(product, floor));
}

function amount(values: readonly number[], unit: string): string {
  const { median } = spread(values);
  return `${median.toLocaleString('en', { maximumFractionDigits: median < 10 ? 2 : median < 100 ? 1 : 0 })} ${unit}`;
}

function breakdownText({ title, headings, lines }: Breakdown): string {
  return `${title}:\n\n${table(headings, lines)}`;
}

/** Columns are as wide as their widest cell: readable as it is. */
export function table(headings: readonly string[], lines: readonly (readonly (string | number)[])[]): string {
  const all = [headings, ...lines].map((line) => line.map(String));
  const widths = headings.map((_, column) => Math.max(3, ...all.map((line) => line[column]?.length ?? 0)));
  const row = (line: readonly string[]): string =>
    `| ${widths.map((width, column) => (line[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [head, ...body] = all;
  return [row(head ?? []), row(widths.map((width) => '-'.repeat(width))), ...body.map(row)].join('\n');
}
