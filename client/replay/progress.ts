import { SingleBar, Presets } from 'cli-progress';
import type { ReplayProgress } from './tally.js';

const LINE_EVERY_MS = 5_000;

export interface ProgressReporter {
  show(progress: ReplayProgress): void;
  stop(): void;
}

/** A bar with rate and ETA on a terminal, elsewhere a line every five seconds. */
export function createProgressReporter(stream: NodeJS.WriteStream): ProgressReporter {
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): ProgressReporter {
  const display = new SingleBar(
    {
      stream,
      format: '{bar} {percentage}% | {value}/{total} | {rate}/s | ETA {remaining} | {detail}',
      hideCursor: true,
      fps: 5,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    show(progress) {
      const payload = {
        rate: Math.round(progress.ratePerSecond).toLocaleString('en-US'),
        remaining: formatEta(progress.etaSeconds),
        detail: detail(progress),
      };
      if (!started) display.start(sendable(progress), settled(progress), payload);
      started = true;
      display.update(settled(progress), payload);
    },
    stop() {
      if (started) display.stop();
    },
  };
}

function lines(stream: NodeJS.WritableStream): ProgressReporter {
  let nextAt = LINE_EVERY_MS;
  return {
    show(progress) {
      if (progress.elapsedMs < nextAt) return;
      nextAt = progress.elapsedMs + LINE_EVERY_MS;
      stream.write(`${progressLine(progress)}\n`);
    },
    stop() {
      return;
    },
  };
}

export function progressLine(progress: ReplayProgress): string {
  const rate = Math.round(progress.ratePerSecond);
  return `${settled(progress)} of ${sendable(progress)} rows, ${rate}/s, ETA ${formatEta(progress.etaSeconds)}, ${detail(progress)}`;
}

function detail({ acknowledged, rejected, refused, retried }: ReplayProgress): string {
  const notTaken = refused === 0 ? '' : `, ${refused} refused`;
  return `${acknowledged} acknowledged, ${rejected} rejected${notTaken}, ${retried} sent again`;
}

function settled({ acknowledged, rejected, refused, skipped }: ReplayProgress): number {
  return acknowledged + rejected + refused + skipped;
}

function sendable({ rows, badRows }: ReplayProgress): number {
  return rows - badRows;
}

function formatEta(seconds: number | null): string {
  if (seconds === null) return 'unknown';
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
