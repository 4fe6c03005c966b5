import { Presets, SingleBar } from 'cli-progress';
import { listenForInterrupts } from '../../helpers/interrupts.js';
import { runTrace } from '../compose/trace.js';
import type { TraceQuestion } from '../trace/trace-report.js';
import { verdictOf } from '../trace/verdict.js';
import { traceLine } from './trace-line.js';
import { traceText } from './trace-text.js';
import { timeWriter } from './trace-times.js';

export interface TraceCommand extends TraceQuestion {
  /** Name of a time zone, of times that people read. */
  readonly timezone: string;
  readonly json: boolean;
}

/** Runs `trace` as the command line says; the answer is the exit code. */
export async function runTraceCommand({ timezone, json, ...question }: TraceCommand): Promise<number> {
  const interrupts = listenForInterrupts();
  const progress = createProgress(process.stderr);
  try {
    const report = await runTrace(question, interrupts.signal, progress.show);
    progress.stop();
    const time = timeWriter(timezone);
    const verdict = verdictOf(report, time);
    console.log(json ? traceLine(report, verdict) : traceText(report, verdict, time));
    return report.isInterrupted ? interrupts.exitCode() : verdict.exitCode;
  } finally {
    progress.stop();
    interrupts.ignore();
  }
}

/** A bar on a terminal; elsewhere nothing. */
function createProgress(stream: NodeJS.WriteStream): {
  readonly show: (records: number, done: number) => void;
  readonly stop: () => void;
} {
  if (!stream.isTTY) return { show: () => undefined, stop: () => undefined };
  const format = 'reading the log {bar} {percentage}% | {records} messages | ETA {eta_formatted}';
  const bar = new SingleBar(
    { stream, format, hideCursor: true, fps: 5, clearOnComplete: true },
    Presets.shades_classic,
  );
  bar.start(1_000, 0, { records: 0 });
  return {
    show: (records, done) =>
      bar.update(Math.round(done * 1_000), { records: records.toLocaleString('en-US') }),
    stop: () => bar.stop(),
  };
}
