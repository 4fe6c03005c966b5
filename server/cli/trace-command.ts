import { InvalidArgumentError, type Command } from 'commander';
import { durationMs, UNITS_TO_YEARS } from '../../helpers/duration.js';
import { isChargePointId } from '../../protocol/identifier.js';
import { isZone, readSpan } from './trace-times.js';
import { whole } from './whole.js';

interface Given {
  readonly chargePoint?: string;
  readonly at?: string;
  readonly within: number;
  readonly timezone: string;
  readonly messageId?: string;
  readonly arrived?: string;
  readonly maxMessages: number;
  readonly allPartitions: boolean;
  readonly json: boolean;
}

const DAY_MS = 86_400_000;
const MAX_SPAN_DAYS = 31;
const MAX_MESSAGES = 1_000_000_000;

/** What an operator asks when a reading is missing: where is it, stage by stage. */
export function registerTraceCommand(program: Command): void {
  program
    .command('trace')
    .summary('tell where a reading went: log, table, aggregates, feed, or quarantine')
    .description(
      'Follows the readings of a charge point at a time through all stages: what the log has of them, what came of each, what ' +
        'stands in the table, which aggregates have it and where the feed told it. Reads only, and moves no position.',
    )
    .option('--charge-point <id>', 'as it stands in its URL, percent-decoded', chargePoint)
    .option(
      '--at <time>',
      'the reading’s own time, or when it arrived: ISO 8601, as exact as it is written, or FROM/TO',
    )
    .option('--within <duration>', 'so much before and after it, too, such as 90s or 5m', duration, 0)
    .option(
      '--timezone <name>',
      'of times without a zone, and of those printed, such as Europe/Berlin',
      zone,
      'UTC',
    )
    .option('--message-id <id>', 'only the message with this id, whatever times its readings have')
    .option(
      '--arrived <time>',
      'when to look on the log, FROM/TO or FROM alone to read on to its end (default: from 5 minutes before --at)',
    )
    .option('--max-messages <number>', 'messages read over at most', whole(1, MAX_MESSAGES), 1_000_000)
    .option(
      '--all-partitions',
      'also where the charge point is not put now: partitions were added since',
      false,
    )
    .option('--json', 'print one JSON line', false)
    .addHelpText(
      'after',
      '\nExit code: 0 all of it is stored, 1 it failed or a place could not be asked, 2 some of it is not stored (rejected,\n' +
        'conflicting, waiting, still on the log), 3 nothing was found, 130 after Ctrl-C.\n' +
        '\nExamples:\n' +
        '  meterpulse trace --charge-point Depot-1 --at 2026-03-10T06:00:00Z\n' +
        '  meterpulse trace --charge-point Depot-1 --at "2026-03-10 07:00" --timezone Europe/Berlin --within 5m\n' +
        '  meterpulse trace --charge-point Depot-1 --at 2026-03-10 --message-id m17 --json\n',
    )
    .action(async (given: Given, command: Command) => {
      if (given.chargePoint === undefined) return command.error('error: --charge-point is missing');
      if (given.at === undefined) return command.error('error: --at is missing');
      const span = readSpan(given.at, given.timezone);
      if (!span.ok) return command.error(`error: --at: ${span.problem}`);
      const { fromMs, toMs } = {
        fromMs: span.value.fromMs - given.within,
        toMs: span.value.toMs + given.within,
      };
      if (toMs - fromMs > MAX_SPAN_DAYS * DAY_MS) {
        return command.error(`error: --at and --within: at most ${MAX_SPAN_DAYS} days`);
      }
      const arrived = given.arrived === undefined ? null : readSpan(given.arrived, given.timezone);
      if (arrived?.ok === false) return command.error(`error: --arrived: ${arrived.problem}`);
      const isOpen = given.arrived?.includes('/') === false;
      const { runTraceCommand } = await import('./run-trace.js');
      process.exitCode = await runTraceCommand({
        chargePointId: given.chargePoint,
        span: { fromMs, toMs },
        messageId: given.messageId ?? null,
        arrivals:
          arrived === null
            ? null
            : { fromMs: arrived.value.fromMs, toMs: isOpen ? Infinity : arrived.value.toMs },
        maxMessages: given.maxMessages,
        allPartitions: given.allPartitions,
        timezone: given.timezone,
        json: given.json,
      });
    });
}

function chargePoint(text: string): string {
  if (!isChargePointId(text)) {
    throw new InvalidArgumentError('Expected 1 to 255 characters, none of them a control character.');
  }
  return text;
}

function duration(text: string): number {
  const ms = durationMs(text, UNITS_TO_YEARS);
  if (ms === undefined) throw new InvalidArgumentError('Expected a duration such as 90s, 5m or 2h.');
  return ms;
}

function zone(text: string): string {
  if (!isZone(text))
    throw new InvalidArgumentError('Expected the name of a time zone, such as Europe/Berlin.');
  return text;
}
