import type { Command } from 'commander';
import { dayOption } from './day-option.js';

interface Given {
  readonly from?: string;
  readonly to?: string;
  readonly json: boolean;
}

/** What an operator compares before and after a restore, or of two databases. */
export function registerDigestCommand(program: Command): void {
  program
    .command('digest')
    .summary('print a digest of what is stored, by table and day, to compare two databases')
    .description(
      'Prints a digest of the rows of each table and UTC day: equal digests mean equal rows, whatever their order and their ids. ' +
        'Left out is what depends on when something was done: flushes, owners, positions of the change feed, who is connected. ' +
        'Reads every row once, of one moment: everything may run meanwhile. Two that are to be equal are compared when nothing is being stored.',
    )
    .option(
      '--from <day>',
      'first UTC day, such as 2026-03-01, of what is of a day (default: all)',
      dayOption,
    )
    .option('--to <day>', 'UTC day after the last one (default: all)', dayOption)
    .option('--json', 'print one JSON line', false)
    .addHelpText(
      'after',
      '\nExamples:\n  meterpulse digest > before.txt\n  meterpulse digest | diff before.txt -\n' +
        '  meterpulse digest --from 2026-03-01 --to 2026-03-08 --json\n',
    )
    .action(async ({ from, to, json }: Given, command: Command) => {
      if (from !== undefined && to !== undefined && from >= to)
        command.error('error: --from should be before --to');
      const { runDigest } = await import('../compose/digest.js');
      const report = await runDigest({ from: from ?? null, to: to ?? null });
      if (json) {
        console.log(JSON.stringify(report));
        return;
      }
      for (const each of report.digests) {
        console.log(
          [
            each.table.padEnd(18),
            (each.day ?? '-').padEnd(10),
            String(each.rows).padStart(10),
            each.digest,
          ].join('  '),
        );
      }
      console.log(`${'total'.padEnd(42)}  ${report.total}`);
    });
}
