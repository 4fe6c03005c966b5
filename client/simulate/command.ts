import { Option, type Command } from 'commander';
import { addCredentialOptions } from '../transport/credential-options.js';

/** Adds `simulate` to a program. The action throws MeterpulseError for what the program's entry reports. */
export function registerSimulateCommand(program: Command): void {
  const simulate = program
    .command('simulate')
    .summary('a fleet of charge points: sessions along a day, bad networks, bursts')
    .description(
      'Simulates a fleet of charge points at a gateway: cars come along the curve of a day, charge, and leave; meters are ' +
        'read; connections break. Every reading is sent until it is acknowledged. The same seed and options say the same, ' +
        'whatever the network does.',
    )
    .option('--url <url>', 'the gateway; without a path /ocpp or /ingest is added', 'ws://127.0.0.1:3000')
    .option('--charge-points <count>', 'each with a socket of its own', '100')
    .option('--connectors <count>', 'of each charge point', '1')
    .option('--prefix <text>', 'ids of charge points begin so, and end with a number', 'SIM-')
    .option('--first <number>', 'number of the first charge point', '1')
    .option('--protocol <name>', 'ocpp1.6, ocpp2.0.1, json, or mixed: they take turns', 'ocpp1.6')
    .option('--duration <time>', 'how long, in real time: 90s, 10m, 2h', '60s')
    .option('--interval <time>', 'simulated time between the samples of a session', '60s')
    .option('--idle-interval <time>', 'simulated time between the samples of a free connector', '15m')
    .option('--rate <number>', 'messages a second in real time, in all, instead of the intervals')
    .option('--speed <factor>', 'simulated time is so much faster: 60x', '1x')
    .option(
      '--begin <time>',
      'when simulated time begins: ISO 8601, or now (default: yesterday at 07:00 UTC)',
    )
    .option('--seed <number>', 'another seed is another fleet', '1')
    .option('--ramp <number>', 'connections opened a second at the beginning', '500')
    .option('--drop-rate <share>', 'of the messages: the connection breaks before the answer', '0')
    .option('--flaky <share>', 'of the charge points: losses, outages, half-open sockets', '0')
    .option('--late-bursts <share>', 'of the charge points: away for long, then all at once', '0')
    .option('--duplicates <share>', 'of the acknowledged messages: sent once more', '0')
    .option('--reorder <share>', 'of the samples: overtaken by up to five later messages', '0')
    .option('--clock-drift <time>', 'clocks are wrong by up to this, and drift by as much a day', '0s')
    .option('--outbox <directory>', 'keep there what is not acknowledged; the same command goes on with it')
    .option('--outbox-bytes <count>', 'of one charge point; beyond it samples are thinned out', '262144')
    .option('--ledger <file>', 'write each acknowledged reading as a JSON line')
    .option('--timeout <time>', 'an answer may take so long', '30s')
    .option('--grace <time>', 'at the end, wait so long for what is not acknowledged', '60s')
    .option('--local-addresses <list>', 'connect from these in turn: 127.0.0.2,127.0.0.3');
  addCredentialOptions(simulate, 'many')
    .option('--processes <count>', 'share the fleet among so many', '1')
    .option('--json', 'print one JSON line at the end instead of a table')
    .addOption(new Option('--part <part>').hideHelp())
    .addOption(new Option('--default-begin <time>').hideHelp())
    .addHelpText(
      'after',
      '\nThe ledger has chargePointId, evseId, connectorId, measurand, phase, location, unit, context, timestamp, value and' +
        '\ntransactionId of each reading, as GET /v1/readings names them. A reading acknowledged twice has two equal lines.\n' +
        '\nExit code: 0 when everything said was acknowledged, 1 when something was rejected or still waits after the grace,' +
        '\n130 after Ctrl-C.\n' +
        '\nExamples:\n' +
        '  meterpulse simulate --charge-points 1000 --duration 10m --speed 60x\n' +
        '  meterpulse simulate --charge-points 5000 --rate 2000 --flaky 0.1 --duplicates 0.05 --ledger acked.ndjson --json\n' +
        '  meterpulse simulate --charge-points 40000 --local-addresses 127.0.0.2,127.0.0.3 --processes 2\n',
    )
    .action(async (given: Record<string, unknown>, command: Command) => {
      // Loaded when it runs, so that `--help` is quick.
      const { runSimulate } = await import('./run-simulate.js');
      process.exitCode = await runSimulate(given, command);
    });
}
