import { readFileSync } from 'node:fs';
import { appendHistory, readHistory } from './history.js';
import { InputError } from './input-error.js';
import { suiteNames } from './options.js';
import type { Report } from './report.js';
import { entriesOf } from './run-suites.js';
import { writeSummary } from './write-docs.js';

/** Adds what `--json` wrote to the history. Throws on a quick run, and on a file that is no report. */
export function importReport(file: string): void {
  const report = parse(file);
  if (report.suites === undefined || report.machine === undefined)
    throw new InputError(`${file} is no report of bench`);
  if (report.quick === true) throw new InputError(`${file} is of a quick run, which proves no figure`);
  // Reports of old have no sizes.
  const whole = { size: null, minutes: null, seconds: {}, ...report } as Report;
  for (const entry of entriesOf(whole)) appendHistory(entry);
  writeSummary(readHistory(), suiteNames());
}

function parse(file: string): Partial<Report> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<Report>;
  } catch (error) {
    throw new InputError(`${file} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
