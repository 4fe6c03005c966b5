import { readFileSync, writeFileSync } from 'node:fs';
import type { HistoryEntry } from './history.js';
import { markdownOf, originOf, type Report } from './report.js';
import type { SuiteName } from './suites.js';
import { summaryOf } from './summary.js';

/** The page that has a suite's tables, where it isn't docs/performance.md. */
const PAGES: Readonly<Partial<Record<SuiteName, string>>> = {
  batching: 'batching.md',
  growth: 'scaling.md',
  'scale-workers': 'scaling.md',
  'scale-gateways': 'scaling.md',
  'scale-partitions': 'scaling.md',
  soak: 'scaling.md',
  settings: 'tuning.md',
  storage: 'tuning.md',
};
const SUMMARY_PAGE = 'performance.md';

/** Of docs/. */
export function pageOf(suite: SuiteName): string {
  return PAGES[suite] ?? 'performance.md';
}

/** Replaces what stands between `<!-- bench NAME -->` and `<!-- /bench NAME -->`; the text around it stays. */
export function writeDocs(report: Report): void {
  for (const suite of report.suites) {
    edit(pageOf(suite.suite as SuiteName), suite.suite, `${markdownOf(suite)}\n\n${originOf(report)}`);
  }
}

/** The table of all figures at the top of docs/performance.md. */
export function writeSummary(history: readonly HistoryEntry[], suites: readonly SuiteName[]): void {
  edit(SUMMARY_PAGE, 'summary', summaryOf(history, suites));
}

function edit(page: string, name: string, tables: string): void {
  const file = new URL(`../docs/${page}`, import.meta.url);
  writeFileSync(file, withTables(readFileSync(file, 'utf8'), name, tables));
}

export function withTables(text: string, suite: string, tables: string): string {
  const { from, to } = between(text, suite);
  return `${text.slice(0, from)}\n\n${tables}\n\n${text.slice(to)}`;
}

/** What a page shows of a suite. Throws where it has no place for it. */
export function tablesIn(text: string, suite: string): string {
  const { from, to } = between(text, suite);
  return text.slice(from, to).trim();
}

function between(text: string, suite: string): { from: number; to: number } {
  const [begin, end] = [`<!-- bench ${suite} -->`, `<!-- /bench ${suite} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the page has no ${begin} .. ${end}`);
  return { from: from + begin.length, to };
}
