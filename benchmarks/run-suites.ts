import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { compile } from './compile.js';
import type { SuiteResult } from './figure.js';
import { appendHistory, questionOf, readHistory, type HistoryEntry } from './history.js';
import type { Machine } from './machine.js';
import { suiteNames, takes, whyNotRecorded, type BenchOptions } from './options.js';
import { Progress } from './progress.js';
import { markdownOf, misses, originOf, type Report } from './report.js';
import { SUITES, type SuiteName } from './suites.js';
import { writeDocs, writeSummary } from './write-docs.js';

/** Each suite is shown and kept when it ends: what a later one does can't take it back. */
export async function runSuites(options: BenchOptions, machine: Machine): Promise<void> {
  const { rounds, quick } = options;
  const startedAt = new Date().toISOString();
  const command = `npm run bench -- ${process.argv.slice(2).join(' ')}`.trim();
  // A history that can't be read is told before hours are spent.
  const history = readHistory();
  const unrecorded = whyNotRecorded(options, machine.commit, 'BENCH_CPU_PROFILE' in process.env);
  if (unrecorded !== null && !quick) console.error(`The history will not keep this run: ${unrecorded}.`);
  console.error('compiling');
  compile();

  const suites: SuiteResult[] = [];
  const seconds: Record<string, number> = {};
  const reportOf = (results: readonly SuiteResult[]): Report => ({
    startedAt,
    command,
    rounds,
    size: options.size,
    minutes: options.minutes,
    quick,
    machine,
    seconds,
    suites: results,
  });
  for (const name of options.suites) {
    const progress = new Progress((line) => console.error(line), expected(history, name, options));
    const result = await SUITES[name]({ ...options, progress: (text, done) => progress.tell(text, done) });
    suites.push(result);
    seconds[name] = Math.round(progress.seconds);
    console.log(`\n${name}\n\n${markdownOf(result)}\n`);
    if (options.json !== null) writeJson(options.json, reportOf(suites));
    if (options.writeDocs) writeDocs(reportOf([result]));
    if (unrecorded === null) for (const entry of entriesOf(reportOf([result]))) appendHistory(entry);
  }
  const report = reportOf(suites);
  console.log(originOf(report));
  for (const miss of misses(report)) console.log(`MISSED ${miss}`);
  if (quick) console.log('Quick: proves that everything runs, and no figure.');
  if (unrecorded === null) writeSummary(readHistory(), suiteNames());
}

/** A report as lines of the history. */
export function entriesOf(report: Report): HistoryEntry[] {
  const { startedAt, command, rounds, size, minutes } = report;
  const { commit, ...machine } = report.machine;
  return report.suites.map(({ suite, method, figures, versions }) => ({
    startedAt,
    suite,
    command,
    commit,
    rounds,
    size: takes(suite as SuiteName, 'size') ? size : null,
    minutes: takes(suite as SuiteName, 'minutes') ? minutes : null,
    seconds: report.seconds[suite] ?? null,
    machine: { ...machine, versions: { ...machine.versions, ...versions } },
    method,
    figures: [...figures].map((figure) => ({
      ...figure,
      product: [...figure.product],
      floor: figure.floor === null ? null : [...figure.floor],
    })),
  }));
}

/** Seconds, from the newest run of the same question. Quick ones are not kept, and so never known. */
function expected(history: readonly HistoryEntry[], suite: SuiteName, options: BenchOptions): number | null {
  if (options.quick) return null;
  const asked = {
    suite,
    size: takes(suite, 'size') ? options.size : null,
    minutes: takes(suite, 'minutes') ? options.minutes : null,
  };
  const last = history.findLast((run) => questionOf(run) === questionOf(asked) && run.seconds !== null);
  return last?.seconds == null ? null : (last.seconds / last.rounds) * options.rounds;
}

function writeJson(file: string, report: Report): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}
