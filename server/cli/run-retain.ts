import { listenForInterrupts } from '../../helpers/interrupts.js';
import { isoDate } from '../../store/partitions.js';
import { runRetain, type RetainReport } from '../compose/storage.js';

/** Runs `storage retain`; the answer is the exit code. 'unset': nothing says for how long anything is kept. */
export async function runRetainCommand({
  dryRun,
  json,
}: {
  readonly dryRun: boolean;
  readonly json: boolean;
}): Promise<number | 'unset'> {
  const interrupts = listenForInterrupts();
  try {
    const report = await runRetain({
      dryRun,
      signal: interrupts.signal,
      onDropped: ({ day }) => {
        if (process.stderr.isTTY) process.stderr.write(`${isoDate(day)} dropped\n`);
      },
    });
    if (report === 'unset') return 'unset';
    if (report === 'busy') {
      console.log(
        json
          ? JSON.stringify({ busy: true })
          : 'Another process compacts or drops days right now: run it again when that has ended.',
      );
      return 1;
    }
    const isWhole = !interrupts.signal.aborted;
    console.log(
      json ? JSON.stringify({ ...report, dryRun, complete: isWhole }) : retainText(report, dryRun, isWhole),
    );
    if (!isWhole) return interrupts.exitCode();
    return report.left === 0 && report.isRaised ? 0 : 1;
  } finally {
    interrupts.ignore();
  }
}

/** What a person reads. */
function retainText(
  { days, left, aggregates, isRaised }: RetainReport,
  dryRun: boolean,
  isWhole: boolean,
): string {
  if (dryRun) return `${count(days)} days of readings would go.`;
  return [
    `${isWhole ? '' : 'Interrupted. '}${count(days)} days of readings and ${count(aggregates)} rows of aggregates were dropped.`,
    ...(left === 0 ? [] : [`${count(left)} days were in use all the time: run this again.`]),
    ...(isRaised
      ? []
      : [
          'Readings before the horizon are still to be aggregated, so it was not raised: see that a worker computes aggregates, then run this again.',
        ]),
  ].join('\n');
}

const count = (value: number): string => value.toLocaleString('en-US');
