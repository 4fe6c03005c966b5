import { InvalidArgumentError, type Command } from 'commander';
import { dayOption } from './day-option.js';

interface Given {
  readonly from?: string;
  readonly to?: string;
  readonly writeOff?: string;
  readonly json: boolean;
}

const MAX_REASON = 500;

/** What an operator runs to be sure that everything that was stored is there. */
export function registerAccountingCommand(program: Command): void {
  program
    .command('accounting')
    .summary('hold what is stored against what was counted when it was stored')
    .description(
      'Counts the readings in the tables by charge point and UTC day and holds them against what was counted when they were stored, ' +
        'and tells whether every message of each partition of the log has an outcome. Workers do the same by themselves and raise an ' +
        'alert; this looks at once, at every day. Everything may run meanwhile.',
    )
    .option('--from <day>', 'first UTC day, such as 2026-03-01 (default: the first there is)', dayOption)
    .option('--to <day>', 'UTC day after the last one (default: the last there is)', dayOption)
    .option(
      '--write-off <reason>',
      'tell no more of what is missing, for this reason: the audit keeps it',
      reason,
    )
    .option('--json', 'print one JSON line', false)
    .addHelpText(
      'after',
      '\nExit code: 0 when nothing is missing (or it was written off) and every message has an outcome, 1 otherwise, 130 after Ctrl-C.\n' +
        '\nExamples:\n' +
        '  meterpulse accounting\n' +
        '  meterpulse accounting --from 2026-03-01 --to 2026-04-01 --json\n' +
        '  meterpulse accounting --from 2026-03-10 --to 2026-03-11 --write-off "test data, deleted by hand"\n',
    )
    .action(async ({ from, to, writeOff, json }: Given, command: Command) => {
      if (from !== undefined && to !== undefined && from >= to)
        command.error('error: --from should be before --to');
      const { runAccountingCommand } = await import('./run-accounting.js');
      process.exitCode = await runAccountingCommand({
        from: from ?? null,
        to: to ?? null,
        writeOffReason: writeOff ?? null,
        json,
      });
    });
}

function reason(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > MAX_REASON || /\p{Cc}/u.test(trimmed))
    throw new InvalidArgumentError(`Expected a reason of 1 to ${MAX_REASON} printable characters.`);
  return trimmed;
}
