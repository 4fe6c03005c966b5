import type { Command } from 'commander';
import { timeOption } from './time-option.js';

interface Given {
  readonly from?: number;
  readonly to?: number;
  readonly chargePoint?: readonly string[];
  readonly check: boolean;
  readonly json: boolean;
}

/** What an operator runs to be sure of the aggregates, or to mend them. */
export function registerRebuildCommand(program: Command): void {
  program
    .command('rebuild')
    .summary('compute aggregates of a time range from the readings, and report differences')
    .description(
      'Computes the aggregates of a time range (15 minutes, hours, days, energy, transactions) from the readings, puts right ' +
        'what differs, and reports it. There should be no difference, whatever order readings came in. Workers may keep running.',
    )
    .option(
      '--from <time>',
      'begin: an ISO 8601 time or date, UTC unless it says (default: the first reading)',
      timeOption,
    )
    .option('--to <time>', 'end, itself not included (default: the last reading)', timeOption)
    .option('--charge-point <id...>', 'only of these charge points')
    .option('--check', 'only look: leave what differs as it is', false)
    .option('--json', 'print one JSON line at the end instead of a table', false)
    .addHelpText(
      'after',
      '\nExit code: 0 when nothing differed, 1 when something did, 130 after Ctrl-C.\n' +
        '\nExamples:\n' +
        '  meterpulse rebuild --check\n' +
        '  meterpulse rebuild --from 2026-03-01 --to 2026-04-01\n' +
        '  meterpulse rebuild --from 2026-03-29T00:00:00+01:00 --charge-point Depot-1 Depot-2\n',
    )
    .action(async (given: Given, command: Command) => {
      const { from: fromMs = -Infinity, to: toMs = Infinity } = given;
      if (fromMs >= toMs) command.error('error: --from should be before --to');
      const { runRebuildCommand } = await import('./run-rebuild.js');
      process.exitCode = await runRebuildCommand({
        fromMs,
        toMs,
        chargePointIds: given.chargePoint ?? null,
        check: given.check,
        json: given.json,
      });
    });
}
