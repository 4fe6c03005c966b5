import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compile } from './compile.js';
import type { SuiteResult } from './figure.js';
import { describeMachine } from './machine.js';
import { parseOptions, USAGE, type BenchOptions } from './options.js';
import { markdownOf, misses, originOf, type Report } from './report.js';
import { SUITES } from './suites.js';
import { writeDocs } from './write-docs.js';

async function run(options: BenchOptions): Promise<void> {
  const { rounds, quick, size, directory } = options;
  const startedAt = new Date().toISOString();
  const progress = (text: string): void => console.error(text);
  progress('compiling');
  compile();
  const suites: SuiteResult[] = [];
  for (const name of options.suites) {
    const result = await SUITES[name]({ rounds, quick, size, directory, progress });
    suites.push(result);
    console.log(`\n${name}\n\n${markdownOf(result)}\n`);
  }
  const command = `npm run bench -- ${process.argv.slice(2).join(' ')}`;
  const report: Report = { startedAt, command, rounds, quick, machine: describeMachine(), suites };
  console.log(originOf(report));
  for (const miss of misses(report)) console.log(`MISSED ${miss}`);
  if (quick) console.log('Quick: proves that everything runs, and no figure.');

  const file = options.json ?? join(import.meta.dirname, 'results', `${startedAt.replaceAll(':', '')}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`Written to ${file}`);
  if (options.writeDocs) writeDocs(report);
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === null) console.log(USAGE);
  else await run(options);
} catch (error) {
  console.error(`bench: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = 1;
}
// Whatever a failed suite left open must not keep the run alive.
process.exit();
