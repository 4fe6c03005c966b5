import { Presets, SingleBar } from 'cli-progress';
import pc from 'picocolors';
import { listenForInterrupts } from '../../helpers/interrupts.js';
import {
  runAccounting,
  unaccountedOf,
  type AccountedDay,
  type AccountingReport,
  type AccountingRequest,
} from '../compose/accounting.js';

export interface AccountingCommand extends Pick<AccountingRequest, 'from' | 'to' | 'writeOffReason'> {
  readonly json: boolean;
}

/** Charge points of a day that a person is shown. */
const SHOWN = 10;

/** Runs `accounting` as the command line says; the answer is the exit code. */
export async function runAccountingCommand({ json, ...request }: AccountingCommand): Promise<number> {
  const interrupts = listenForInterrupts();
  const bar = new SingleBar(
    {
      stream: process.stderr,
      format: '{bar} {value} of {total} days | ETA {eta_formatted}',
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  const onProgress = (done: number, of: number): void => {
    if (!process.stderr.isTTY) return;
    if (bar.isActive) bar.update(done);
    else bar.start(of, done);
  };
  try {
    const report = await runAccounting({ ...request, signal: interrupts.signal, onProgress });
    bar.stop();
    console.log(json ? JSON.stringify(report) : accountingText(report));
    if (!report.complete) return interrupts.exitCode();
    return (report.missing === 0 || report.writtenOff) && report.unaccounted === 0 ? 0 : 1;
  } finally {
    bar.stop();
    interrupts.ignore();
  }
}

/** What a person reads. */
function accountingText(report: AccountingReport): string {
  const { partitions, unaccounted, readings, missing, writtenOff, complete, days, differing } = report;
  const received = partitions.reduce((sum, each) => sum + each.received, 0);
  const verdict =
    missing === 0
      ? pc.green('none is missing')
      : pc.red(`${count(missing)} are missing${writtenOff ? ', written off' : ''}`);
  return [
    `${complete ? '' : 'Interrupted. '}${count(readings)} readings on ${count(days)} days: ${verdict}.`,
    ...differing.flatMap(linesOf),
    unaccounted === 0
      ? `${count(received)} messages of ${partitions.length} partitions: each has one outcome.`
      : pc.red(`${count(unaccounted)} of ${count(received)} messages have no outcome, or several.`),
    ...partitions
      .filter((each) => unaccountedOf(each) !== 0)
      .map((each) => `  ${each.topic}, partition ${each.partition}: ${count(unaccountedOf(each))}`),
  ].join('\n');
}

function linesOf({ day, missing, unbooked, chargePoints }: AccountedDay): string[] {
  return [
    ...(missing === 0 ? [] : [`  ${day}: ${count(missing)} missing`]),
    ...chargePoints.slice(0, SHOWN).map((each) => `    ${each.chargePointId}: ${count(each.missing)}`),
    ...(chargePoints.length > SHOWN
      ? [`    … and ${count(chargePoints.length - SHOWN)} charge points more`]
      : []),
    ...(unbooked === 0 ? [] : [`  ${day}: ${count(unbooked)} not counted yet; workers take them up`]),
  ];
}

const count = (value: number): string => value.toLocaleString('en-US');
