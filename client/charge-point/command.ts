import { Option, type Command } from 'commander';
import type { ClientCommandParts } from './run-client.js';
import { addCredentialOptions } from '../transport/credential-options.js';
import { SPOKEN_PROTOCOLS } from '../wire/spoken-protocols.js';

/** Adds `client` to a program: an interactive charge point. */
export function registerClientCommand(program: Command, parts: ClientCommandParts): void {
  const client = program
    .command('client')
    .summary('an interactive charge point: connect, type readings, see the answers')
    .description(
      'Connects to a gateway as a charge point and takes commands: readings once or periodically, charging sessions, lost ' +
        'connections. Shows each answer with its latency. Type help at its prompt; without a terminal it reads commands line by line.',
    )
    .option('--url <url>', 'the gateway; without a path /ocpp or /ingest is added', 'ws://127.0.0.1:3000')
    .option('--id <id>', 'the charge point', 'CP-1')
    .addOption(
      new Option('--protocol <name>', 'ocpp1.6: all of a charge point; json: readings only')
        .choices([...SPOKEN_PROTOCOLS])
        .default('ocpp1.6'),
    )
    .option('--exec <commands>', 'do these, separated by ; or line ends, then leave')
    .option('--timeout <duration>', 'what an answer may take, and in a script the connection', '30s')
    .option('--keep-going', 'in a script: go on after a command that failed');
  addCredentialOptions(client, 'one charge point')
    .option('--frames', 'show the text of every frame')
    .option('--json', 'in a script: one JSON line an answer, and one at the end')
    .addHelpText(
      'after',
      '\nExit code of a script: 0 when every command worked, every message was accepted and nothing waits; 1 when not; 130 after Ctrl-C.\n' +
        '\nExamples:\n' +
        '  meterpulse client --id CP-7\n' +
        '  meterpulse client --exec "connect; boot; start CARD-7 1000; send 1.5 kWh; stop"\n' +
        '  meterpulse client --protocol json --json < commands.txt\n' +
        '  meterpulse client --url wss://gateway.example --ca-file ca.pem --id CP-7 --passwords-file passwords.tsv\n',
    )
    .action(async (given: Record<string, unknown>, command: Command) => {
      // Loaded when it runs, so that `--help` is quick.
      const { runClient } = await import('./run-client.js');
      process.exitCode = await runClient(given, command, parts);
    });
}
