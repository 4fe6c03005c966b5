import { Option, type Command } from 'commander';
import { PROTOCOL_NAMES } from '../../protocol/envelope.js';
import { replayOptionsSchema, type ReplayOptions } from './options.js';
import { createProgressReporter } from './progress.js';
import { replay } from './replay.js';
import { isComplete, summaryLine, summaryTable, type ReplaySummary } from './summary.js';
import type { ReplayProgress } from './tally.js';
import type { Workbook } from './workbook.js';

const BAD_ROWS_SHOWN = 20;

/** The options as commander hands them over: all text. */
interface CommandOptions extends Record<string, unknown> {
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly resume?: string;
}

/** Adds `replay` to a program. The action throws MeterpulseError for what the program's entry reports. */
export function registerReplayCommand(program: Command): void {
  program
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
        .choices([...PROTOCOL_NAMES])
        .default('json'),
    )
    .option('--speed <speed>', "max, realtime (by the readings' timestamps), or a multiple: 60x", 'max')
    .option('--connections <count>', 'sockets of protocol json', '8')
    .option('--window <count>', 'unanswered messages on a socket of protocol json', '256')
    .option('--resume <file>', 'keep what is done in this file, and go on from it when it exists')
    .option('--shuffle <seed>', 'send in a random order (any whole number gives one)')
    .option('--give-up-after <seconds>', 'end when nothing was acknowledged for so long', '300')
    .option('--connect-within <seconds>', 'end when the first connection takes longer', '10')
    .option(
      '--answer-within <seconds>',
      'replace a socket that is silent for so long while it owes answers',
      '30',
    )
    .option('--strict', 'fail when a row could not be sent or was rejected')
    .option('--json', 'print one JSON line at the end instead of a table')
    .addHelpText(
      'after',
      '\nExit code: 0 when every row that could be sent was acknowledged or rejected (with --strict: acknowledged),' +
        '\n1 when not, 130 after Ctrl-C.\n' +
        '\nExamples:\n' +
        '  meterpulse replay --file Files/meter-values-sample.xlsx\n' +
        '  meterpulse replay --file day.csv --protocol ocpp1.6 --speed 60x --resume day.state.json\n',
    )
    .action(async (given: CommandOptions, command: Command) => {
      process.exitCode = await runReplay(given, command);
    });
}

async function runReplay(given: CommandOptions, command: Command): Promise<number> {
  const { json = false, strict = false, ...rest } = given;
  const parsed = replayOptionsSchema.safeParse(rest);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `--${kebab(String(path[0]))} should be: ${message}`,
    );
    return command.error(`error: ${problems.join('; ')}`);
  }
  const stop = new AbortController();
  let interrupted = 0;
  const interrupt = (name: NodeJS.Signals): void => {
    // A second Ctrl-C means now.
    if (interrupted > 0) process.exit(interrupted);
    interrupted = name === 'SIGINT' ? 130 : 143;
    stop.abort();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);

  const reporter = createProgressReporter(process.stderr);
  const seen: { progress: ReplayProgress | null; workbook: Workbook | null } = {
    progress: null,
    workbook: null,
  };
  try {
    const summary = await replay(rest as ReplayOptions, {
      signal: stop.signal,
      onWorkbook: (workbook) => {
        seen.workbook = workbook;
        reportWorkbook(workbook);
      },
      onProgress: (progress) => {
        seen.progress = progress;
        reporter.show(progress);
      },
    });
    reporter.stop();
    console.log(json ? summaryLine(summary) : summaryTable(summary));
    if (interrupted > 0 && !isComplete(summary)) {
      console.error(
        given.resume === undefined
          ? 'Interrupted. With --resume FILE a replay can go on later.'
          : 'Interrupted. The same command goes on from here.',
      );
      return interrupted;
    }
    const flawless = summary.badRows === 0 && summary.rejected === 0;
    return isComplete(summary) && (flawless || !strict) ? 0 : 1;
  } catch (cause) {
    reporter.stop();
    if (json) console.log(summaryLine(failedSummary(seen.progress, seen.workbook)));
    throw cause;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function reportWorkbook({ notices, badRows }: Workbook): void {
  for (const notice of notices) console.error(notice);
  for (const { rowNumber, reason } of badRows.slice(0, BAD_ROWS_SHOWN))
    console.error(`Row ${rowNumber}: ${reason}.`);
  const more = badRows.length - BAD_ROWS_SHOWN;
  if (more > 0) console.error(`And ${more} more rows that can't be sent.`);
}

/** What is known when a replay ended by an error. */
function failedSummary(progress: ReplayProgress | null, workbook: Workbook | null): ReplaySummary {
  return {
    rows: workbook?.rowCount ?? 0,
    badRows: workbook?.badRows.length ?? 0,
    sent: progress?.sent ?? 0,
    acknowledged: progress?.acknowledged ?? 0,
    rejected: progress?.rejected ?? 0,
    retried: progress?.retried ?? 0,
    skipped: progress?.skipped ?? 0,
    seconds: Math.round(progress?.elapsedMs ?? 0) / 1000,
    rejectReasons: {},
    badRowList: workbook?.badRows ?? [],
  };
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
