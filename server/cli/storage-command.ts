import { InvalidArgumentError, type Command } from 'commander';
import { z } from 'zod';
import { bytesOfText } from './bytes-of-text.js';

interface ReportFlags {
  readonly disk?: number;
  readonly json: boolean;
}

interface CompactFlags {
  readonly before: number;
  readonly json: boolean;
}

/** What an operator runs to see where the disk goes, and to get some of it back. */
export function registerStorageCommand(program: Command): void {
  const storage = program
    .command('storage')
    .summary('report sizes, growth and days left; compact or drop old days')
    .description(
      'Reports what the database has on disk, by what it is for, how much a day adds, and for how many days a disk of a given size ' +
        'lasts. Reads sizes alone: it is quick, however much is stored.',
    )
    .option('--disk <size>', 'size of the disk that the database has for itself, such as 500GB or 2TiB', size)
    .option('--json', 'print one JSON line', false)
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  meterpulse storage\n' +
        '  meterpulse storage --disk 500GB --json\n' +
        '  meterpulse storage compact --before 2026-03-01\n',
    )
    .action(async ({ disk, json }: ReportFlags) => {
      const { runStorageCommand } = await import('./run-storage.js');
      await runStorageCommand({ diskBytes: disk ?? null, json });
    });
  storage
    .command('compact')
    .summary('move old days into their columnar form, about a tenth as large')
    .description(
      'Moves the readings of old days from rows into a columnar form that answers the same and still takes late readings. Everything ' +
        'may run meanwhile; the last three days are left. Ctrl-C ends it after the part under way, and the next run goes on there. ' +
        'Workers do it by themselves where COMPACT_AFTER_DAYS is set.',
    )
    .requiredOption('--before <day>', 'days before this one, UTC, such as 2026-03-01', day)
    .option('--json', 'print one JSON line', false)
    .addHelpText(
      'after',
      '\nExit code: 0 when all of these days are compacted, 1 when some were written into all the time or another process compacts, ' +
        '130 after Ctrl-C.\n' +
        '\nExample:\n' +
        '  meterpulse storage compact --before 2026-03-01\n',
    )
    .action(async ({ before }: CompactFlags, command: Command) => {
      const { runCompactCommand } = await import('./run-storage.js');
      const { json } = command.optsWithGlobals<CompactFlags>();
      process.exitCode = await runCompactCommand({ before, json });
    });
  registerRetain(storage);
}

/** What workers do by themselves, by hand. */
function registerRetain(storage: Command): void {
  storage
    .command('retain')
    .summary('drop what is older than it is to be kept')
    .description(
      'Drops readings that are older than RETENTION_RAW_DAYS, and aggregates that are older than RETENTION_15M_DAYS, RETENTION_1H_DAYS and ' +
        'RETENTION_1D_DAYS. Aggregates of dropped readings stay as they are; what comes later than this is quarantined. Workers do it by ' +
        'themselves once an hour, where the same variables are set for them. There is no way back but a backup.',
    )
    .option('--dry-run', 'only tell which days would go', false)
    .option('--json', 'print one JSON line', false)
    .addHelpText(
      'after',
      '\nExit code: 0 when all of it is gone, 1 when some was in use all the time, was still to be aggregated, or another process is at it, ' +
        '130 after Ctrl-C.\n' +
        '\nExample:\n' +
        '  RETENTION_RAW_DAYS=400 meterpulse storage retain --dry-run\n',
    )
    .action(async ({ dryRun }: { readonly dryRun: boolean }, command: Command) => {
      const { runRetainCommand } = await import('./run-retain.js');
      const { json } = command.optsWithGlobals<CompactFlags>();
      const exitCode = await runRetainCommand({ dryRun, json });
      if (exitCode === 'unset')
        command.error('error: set RETENTION_RAW_DAYS, so that there is something to drop');
      else process.exitCode = exitCode;
    });
}

/** Whole days since 1970. */
function day(text: string): number {
  const parsed = z.iso.date().safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError('Expected a date such as 2026-03-01.');
  return Date.parse(parsed.data) / 86_400_000;
}

function size(text: string): number {
  const bytes = bytesOfText(text);
  if (bytes === undefined) throw new InvalidArgumentError('Expected a size such as 500GB or 2TiB.');
  return bytes;
}
