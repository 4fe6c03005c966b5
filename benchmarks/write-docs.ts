import { readFileSync, writeFileSync } from 'node:fs';
import { markdownOf, originOf, type Report } from './report.js';

const DOCUMENT = new URL('../docs/performance.md', import.meta.url);

/** Replaces what stands between `<!-- bench NAME -->` and `<!-- /bench NAME -->`; the text around it stays. */
export function writeDocs(report: Report): void {
  let text = readFileSync(DOCUMENT, 'utf8');
  for (const suite of report.suites)
    text = withTables(text, suite.suite, `${markdownOf(suite)}\n\n${originOf(report)}`);
  writeFileSync(DOCUMENT, text);
}

export function withTables(text: string, suite: string, tables: string): string {
  const [begin, end] = [`<!-- bench ${suite} -->`, `<!-- /bench ${suite} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no ${begin} .. ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${tables}\n\n${text.slice(to)}`;
}
