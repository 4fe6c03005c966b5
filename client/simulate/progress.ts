import { quantileOf, type TallySnapshot } from './tally.js';

const LINE_EVERY_MS = 5_000;

export interface ProgressReporter {
  readonly show: (snapshot: TallySnapshot, elapsedMs: number) => void;
  readonly stop: () => void;
}

/** One line that is written over on a terminal, elsewhere a line every five seconds. */
export function createProgressReporter(stream: NodeJS.WriteStream): ProgressReporter {
  let nextAt = stream.isTTY ? 0 : LINE_EVERY_MS;
  return {
    show(snapshot, elapsedMs) {
      if (elapsedMs < nextAt) return;
      const line = progressLine(snapshot, elapsedMs);
      if (stream.isTTY) stream.write(`\r${line.slice(0, stream.columns - 1)}\u001b[K`);
      else {
        stream.write(`${line}\n`);
        nextAt += LINE_EVERY_MS;
      }
    },
    stop() {
      if (stream.isTTY) stream.write('\r\u001b[K');
    },
  };
}

export function progressLine(snapshot: TallySnapshot, elapsedMs: number): string {
  const { counts, online, waiting } = snapshot;
  const [p50, p99] = [quantileOf(snapshot, 0.5), quantileOf(snapshot, 0.99)];
  return (
    `${Math.round(elapsedMs / 1_000)} s: ${online} online, ${counts.sent} sent, ${counts.acknowledged} acknowledged, ` +
    `${counts.retries + counts.resent} again, ${counts.shed} shed, ${waiting} waiting, answers ${p50} / ${p99} ms`
  );
}
