import { newestRuns, type HistoryEntry } from './history.js';
import { suiteNames } from './options.js';
import { duration } from './progress.js';
import { table } from './report.js';
import { repeating } from './summary.js';
import { pageOf } from './write-docs.js';

/** Suites in the order in which all of them run. */
export function listSuites(history: readonly HistoryEntry[]): string {
  return table(
    ['suite', 'page', 'newest run kept', 'took', 'measured again by'],
    suiteNames().map((suite) => {
      const [run] = newestRuns(history, suite);
      const page = `docs/${pageOf(suite)}`;
      if (run === undefined) return [suite, page, 'none', '', `npm run bench -- ${suite}`];
      const took = run.seconds === null ? '' : duration(run.seconds);
      return [suite, page, `${run.startedAt.slice(0, 10)}, commit ${run.commit}`, took, repeating(run)];
    }),
  );
}
