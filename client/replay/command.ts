import { Option, type Command } from 'commander';
import type { CommandOptions } from './run-command.js';
import { addCredentialOptions } from '../transport/credential-options.js';
import { SPOKEN_PROTOCOLS } from '../wire/spoken-protocols.js';

/** Adds `replay` to a program. The action throws MeterpulseError for what the program's entry reports. */
export function registerReplayCommand(program: Command): void {
  const replay = program
    .command('replay')
    .summary('send a workbook of meter values to a gateway')
    .description(
      'Sends the rows of a workbook (columns charge_point_id and payload: an OCPP 1.6 MeterValues.req as JSON) to a gateway, ' +
        'until each is acknowledged or rejected. The order of the sheet holds for each charge point. Lost connections are ' +
        'opened again, and what was not acknowledged is sent again, which is always safe.',
    )
    .requiredOption('--file <path>', '.xlsx or .csv file (larger payloads than 32,767 characters need .csv)')
    .option('--url <url>', 'the gateway; without a path /ingest or /ocpp is added', 'ws://127.0.0.1:3000')
    .addOption(
      new Option(
        '--protocol <name>',
        'json: shared sockets; ocpp1.6: one socket and one open call a charge point',
      )
        .choices([...SPOKEN_PROTOCOLS])
        .default('json'),
    );
  addCredentialOptions(replay, 'many')
    .option('--speed <speed>', "max, realtime (by the readings' timestamps), or a multiple: 60x", 'max')
    .option('--connections <count>', 'sockets of protocol json', '8')
    .option('--window <count>', 'unanswered messages on a socket of protocol json', '256')
    .option('--resume <file>', 'keep what is done in this file, and go on from it when it exists')
    .option('--ledger <file>', 'write what became of each row: one JSON object a line, or .csv')
    .option('--sheet <name...>', 'sheets to send (default: every sheet that has the columns)')
    .option('--shuffle <seed>', 'send in a random order (any whole number gives one)')
    .option('--give-up-after <seconds>', 'end when nothing was acknowledged for so long', '300')
    .option('--connect-within <seconds>', 'end when the first connection takes longer', '10')
    .option(
      '--answer-within <seconds>',
      'replace a socket that is silent for so long while it owes answers',
      '30',
    )
    .option('--strict', 'fail when a row could not be sent, was rejected or was refused')
    .option('--json', 'print one JSON line at the end instead of a table')
    .addHelpText(
      'after',
      '\nEvery row ends in one of three ways: accepted; rejected by the server, which keeps it in quarantine with the' +
        '\nreason (a payload that is no JSON too); refused: it names no charge point, or the server would not take it.' +
        '\nThe ledger has row, sheet, chargePointId, outcome, code and reason of each.\n' +
        '\nExit code: 0 when every row that could be sent ended so (with --strict: when all were accepted), 1 when not,' +
        '\n130 after Ctrl-C.\n' +
        '\nExamples:\n' +
        '  meterpulse replay --file Files/meter-values-sample.xlsx\n' +
        '  meterpulse replay --file dirty.xlsx --ledger dirty.ndjson --sheet March\n' +
        '  meterpulse replay --file day.csv --protocol ocpp1.6 --speed 60x --resume day.state.json\n',
    )
    .action(async (given: CommandOptions, command: Command) => {
      // Loaded when it runs: reading workbooks takes a while to load, and `--help` shouldn't.
      const { runCommand } = await import('./run-command.js');
      process.exitCode = await runCommand(given, command);
    });
}
