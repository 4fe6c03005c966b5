import type { Command } from 'commander';
import { optionProblems } from '../option-problems.js';
import { listenForInterrupts } from '../../helpers/interrupts.js';
import { replayOptionsSchema, type ReplayOptions } from './options.js';
import { createProgressReporter } from './progress.js';
import { replay } from './replay.js';
import { isComplete, summaryLine, summaryTable, type ReplaySummary } from './summary.js';
import type { ReplayProgress } from './tally.js';
import type { Workbook } from './workbook.js';

const BAD_ROWS_SHOWN = 20;

/** The options as commander hands them over: all text. */
export interface CommandOptions extends Record<string, unknown> {
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly resume?: string;
}

/** Runs `replay` as the command line says; the answer is the exit code. */
export async function runCommand(given: CommandOptions, command: Command): Promise<number> {
  const { json = false, strict = false, ...rest } = given;
  const parsed = replayOptionsSchema.safeParse(rest);
  if (!parsed.success) return command.error(`error: ${optionProblems(parsed.error)}`);
  const interrupts = listenForInterrupts();
  const reporter = createProgressReporter(process.stderr);
  const seen: { progress: ReplayProgress | null; workbook: Workbook | null } = {
    progress: null,
    workbook: null,
  };
  try {
    const summary = await replay(rest as ReplayOptions, {
      signal: interrupts.signal,
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
    if (interrupts.signal.aborted && !isComplete(summary)) {
      console.error(
        given.resume === undefined
          ? 'Interrupted. With --resume FILE a replay can go on later.'
          : 'Interrupted. The same command goes on from here.',
      );
      return interrupts.exitCode();
    }
    const flawless = summary.badRows + summary.rejected + summary.refused === 0;
    return isComplete(summary) && (flawless || !strict) ? 0 : 1;
  } catch (cause) {
    reporter.stop();
    if (json) console.log(summaryLine(failedSummary(seen.progress, seen.workbook)));
    throw cause;
  } finally {
    interrupts.ignore();
  }
}

function reportWorkbook({ notices, badRows }: Workbook): void {
  for (const notice of notices) console.error(notice);
  for (const { sheet, rowNumber, reason } of badRows.slice(0, BAD_ROWS_SHOWN))
    console.error(`Row ${rowNumber}${sheet === '' ? '' : ` of sheet '${sheet}'`}: ${reason}.`);
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
    refused: progress?.refused ?? 0,
    retried: progress?.retried ?? 0,
    skipped: progress?.skipped ?? 0,
    seconds: Math.round(progress?.elapsedMs ?? 0) / 1000,
    rejectReasons: {},
    refuseReasons: {},
    badRowList: workbook?.badRows ?? [],
  };
}
