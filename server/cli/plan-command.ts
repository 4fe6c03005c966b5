import { InvalidArgumentError, type Command } from 'commander';
import { durationMs, UNITS_TO_YEARS } from '../../helpers/duration.js';
import type { Workload } from '../plan/workload.js';
import { whole } from './whole.js';

interface Given {
  readonly chargePoints?: number;
  readonly interval: number;
  readonly measurands: number;
  readonly phases: number;
  readonly retention: number;
  readonly aggregateRetention?: number;
  readonly messageBytes?: number;
  readonly peakFactor: number;
  readonly logRetention: number;
  readonly replication: number;
  readonly replicas: number;
  readonly subscribers: number;
  readonly watched: number;
  readonly queries?: number;
  readonly sessions: number;
  readonly backupRetention: number;
  readonly explain: boolean;
  readonly json: boolean;
}

const DAY_MS = 86_400_000;
const TWO_YEARS_MS = 730 * DAY_MS;
/** A screen asks once in so many seconds what is not answered from memory. */
const SECONDS_BETWEEN_QUESTIONS = 30;

/** What somebody asks who is to buy machines. */
export function registerPlanCommand(program: Command): void {
  program
    .command('plan')
    .summary('reckon what a fleet needs: pods, partitions, CPU, memory, disk, network')
    .description(
      'Reckons what a fleet of charge points needs, with the formula of each figure and the measured coefficients behind it. ' +
        'It asks nobody and changes nothing.',
    )
    .option('--charge-points <number>', 'charge points that are connected', whole(1, 10_000_000))
    .option('--interval <seconds|duration>', 'between two messages of a charge point', interval, 60_000)
    .option('--measurands <number>', 'measurands of a message', whole(1, 100), 4)
    .option('--phases <number>', 'values of each measurand: 1, or one a phase', whole(1, 4), 1)
    .option('--retention <duration>', 'how long readings are kept', span(DAY_MS, 3_650 * DAY_MS), 90 * DAY_MS)
    .option(
      '--aggregate-retention <duration>',
      'how long aggregates are kept (default: 2y, or as long as readings)',
      span(DAY_MS, 36_500 * DAY_MS),
    )
    .option(
      '--message-bytes <number>',
      'a message on the log (default: as its measurands make it)',
      whole(50, 4_194_304),
    )
    .option('--peak-factor <number>', 'the busiest minutes against the mean', factor, 3)
    .option(
      '--log-retention <duration>',
      'how long the log keeps messages',
      span(3_600_000, 3_650 * DAY_MS),
      7 * DAY_MS,
    )
    .option('--replication <number>', 'copies of each message on the log', whole(1, 9), 3)
    .option('--replicas <number>', 'hot standbys of PostgreSQL', whole(0, 20), 2)
    .option(
      '--subscribers <number>',
      'open dashboards, and programs on the live feed',
      whole(0, 1_000_000),
      100,
    )
    .option('--watched <number>', 'charge points that each of them follows', whole(1, 1_000_000), 50)
    .option(
      '--queries <number>',
      `questions a second to the API (default: one in ${SECONDS_BETWEEN_QUESTIONS} s of each subscriber)`,
      whole(0, 1_000_000),
    )
    .option('--sessions <number>', 'charging sessions of a charge point a day', whole(0, 1_000), 2)
    .option(
      '--backup-retention <duration>',
      'how long backups are kept',
      span(DAY_MS, 3_650 * DAY_MS),
      7 * DAY_MS,
    )
    .option('--explain', 'also print the coefficients, with where each was measured', false)
    .option('--json', 'print one JSON line', false)
    .addHelpText(
      'after',
      '\nDurations: 90s, 15m, 12h, 90d, 2w, 1y. What the figures rest on: docs/sizing.md.\n' +
        '\nExamples:\n' +
        '  meterpulse plan --charge-points 100000 --interval 60 --measurands 4 --retention 90d\n' +
        '  meterpulse plan --charge-points 500 --interval 15m --replication 1 --replicas 0 --explain\n',
    )
    .action(async (given: Given, command: Command) => {
      if (given.chargePoints === undefined) return command.error('error: --charge-points is missing');
      const aggregateRetentionMs = given.aggregateRetention ?? Math.max(TWO_YEARS_MS, given.retention);
      if (aggregateRetentionMs < given.retention) {
        return command.error('error: --aggregate-retention should be at least --retention');
      }
      const workload: Workload = {
        chargePoints: given.chargePoints,
        intervalMs: given.interval,
        measurands: given.measurands,
        phases: given.phases,
        retentionMs: given.retention,
        aggregateRetentionMs,
        messageBytes: given.messageBytes ?? null,
        peakFactor: given.peakFactor,
        logRetentionMs: given.logRetention,
        replication: given.replication,
        replicas: given.replicas,
        subscribers: given.subscribers,
        watched: given.watched,
        queries: given.queries ?? given.subscribers / SECONDS_BETWEEN_QUESTIONS,
        sessions: given.sessions,
        backupRetentionMs: given.backupRetention,
      };
      const { planOf } = await import('../plan/plan.js');
      const { planLine, planText } = await import('./plan-text.js');
      const plan = planOf(workload);
      console.log(given.json ? planLine(workload, plan) : planText(plan, given.explain));
    });
}

function span(leastMs: number, mostMs: number): (text: string) => number {
  return (text) => {
    const ms = durationMs(text, UNITS_TO_YEARS);
    if (ms === undefined || ms < leastMs || ms > mostMs) {
      throw new InvalidArgumentError(
        `Expected a duration from ${leastMs / 3_600_000}h to ${mostMs / DAY_MS}d, such as 12h, 90d or 1y.`,
      );
    }
    return ms;
  };
}

/** Seconds where no unit is given. */
function interval(text: string): number {
  const ms = durationMs(/^\d+(\.\d+)?$/.test(text) ? `${text}s` : text, UNITS_TO_YEARS);
  if (ms === undefined || ms < 1_000 || ms > 30 * DAY_MS) {
    throw new InvalidArgumentError('Expected 1 second to 30 days, such as 60, 15m or 1h.');
  }
  return ms;
}

function factor(text: string): number {
  const value = Number(text);
  if (!/^\d{1,3}(\.\d{1,3})?$/.test(text) || value < 1 || value > 100) {
    throw new InvalidArgumentError('Expected a number from 1 to 100.');
  }
  return value;
}
