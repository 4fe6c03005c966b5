/** Writes the page of a rehearsal: `tsx scripts/rehearsal/write-report.ts FACTS FILE`. */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseFacts } from './facts.js';
import { rehearsalReport } from './report.js';

const [facts, file] = process.argv.slice(2);
if (facts === undefined || file === undefined) {
  console.error('usage: tsx scripts/rehearsal/write-report.ts FACTS FILE');
  process.exit(2);
}
writeFileSync(file, rehearsalReport(parseFacts(readFileSync(facts, 'utf8'))));
