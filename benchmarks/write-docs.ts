import { readFileSync, writeFileSync } from 'node:fs';
import { markdownOf, originOf, type Report } from './report.js';

/** The page that has a suite's tables; docs/performance.md where none is named. */
const PAGES: Readonly<Record<string, string>> = { batching: 'batching.md' };

/** Replaces what stands between `<!-- bench NAME -->` and `<!-- /bench NAME -->`; the text around it stays. */
export function writeDocs(report: Report): void {
  for (const suite of report.suites) {
    const page = new URL(`../docs/${PAGES[suite.suite] ?? 'performance.md'}`, import.meta.url);
    const tables = `${markdownOf(suite)}\n\n${originOf(report)}`;
    writeFileSync(page, withTables(readFileSync(page, 'utf8'), suite.suite, tables));
  }
}

export function withTables(text: string, suite: string, tables: string): string {
  const [begin, end] = [`<!-- bench ${suite} -->`, `<!-- /bench ${suite} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the page has no ${begin} .. ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${tables}\n\n${text.slice(to)}`;
}
