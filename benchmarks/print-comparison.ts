import { execFileSync } from 'node:child_process';
import { compareRuns, METHOD, shiftText } from './compare-runs.js';
import { readHistory, type HistoryEntry } from './history.js';
import { InputError } from './input-error.js';
import type { CompareOptions } from './options.js';
import { table } from './report.js';

/** Prints a verdict for each figure. @returns whether one is a regression. */
export function printComparison({ suites, ref, baseline, threshold }: CompareOptions): boolean {
  const history = readHistory();
  const comparisons = compareRuns(history, suites, {
    threshold,
    baseline: baseline !== null ? readHistory(baseline) : ref !== null ? runsOf(ref, history) : null,
  });
  console.log(
    table(
      ['suite', 'figure', 'before', 'now', 'shift', 'verdict'],
      comparisons.map(({ suite, figure, before, now, shift, verdict }) => [
        suite,
        figure,
        before ?? '',
        now,
        shift === null ? '' : shiftText(shift),
        verdict,
      ]),
    ),
  );
  const regressions = comparisons.filter(({ isRegression }) => isRegression).length;
  console.log(`\n${METHOD}`);
  console.log(`${regressions} worse by more than ${threshold * 100}%.`);
  return regressions > 0;
}

/** Those of a commit, with changes or without. Throws where there is none. */
function runsOf(ref: string, history: readonly HistoryEntry[]): HistoryEntry[] {
  const hash = resolved(ref);
  const isOf = (commit: string): boolean => hash.startsWith(commit.replace('+', ''));
  const runs = history.filter(({ commit }) => isOf(commit));
  if (runs.length > 0) return runs;
  const known = [...new Set(history.map(({ commit }) => commit))].slice(-5).join(', ');
  throw new InputError(
    `the history has no run of ${ref} (${hash.slice(0, 7)}); its newest are of ${known || 'none'}`,
  );
}

function resolved(ref: string): string {
  try {
    return execFileSync('git', ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], {
      encoding: 'utf8',
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    // A commit that a rebase left behind: the history may know it all the same.
    if (/^[0-9a-f]{7,40}$/.test(ref)) return ref;
    throw new InputError(`there is no commit '${ref}'`);
  }
}
