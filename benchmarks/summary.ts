import { newestRuns, type HistoryEntry } from './history.js';
import { figureCells, table } from './report.js';

const DEFAULT_ROUNDS = 5;

/** The newest run of every figure, suite by suite, as Markdown. A suite that never ran at full size has no line. */
export function summaryOf(history: readonly HistoryEntry[], suites: readonly string[]): string {
  const lines = suites.flatMap((suite) => {
    const shown = new Set<string>();
    return newestRuns(history, suite).flatMap((run) =>
      run.figures.flatMap((figure) => {
        if (shown.has(figure.name)) return [];
        shown.add(figure.name);
        return [
          [...figureCells(figure), `\`${repeating(run)}\``, `${run.commit}, ${run.startedAt.slice(0, 10)}`],
        ];
      }),
    );
  });
  return table(
    [
      'figure',
      'meterpulse',
      'floor or peer',
      'ratio, median [min..max]',
      'target',
      'measured again by',
      'commit, day',
    ],
    lines,
  );
}

/** The line that measures a figure again: its suite alone, as many rounds, as large. */
export function repeating(run: Pick<HistoryEntry, 'suite' | 'rounds' | 'size' | 'minutes'>): string {
  const { suite, rounds, size, minutes } = run;
  return [
    `npm run bench -- ${suite}`,
    ...(rounds === DEFAULT_ROUNDS ? [] : [`--rounds ${rounds}`]),
    ...(size === null ? [] : [`--size ${size}`]),
    ...(minutes === null ? [] : [`--minutes ${minutes}`]),
  ].join(' ');
}
