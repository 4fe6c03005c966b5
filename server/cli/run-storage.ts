import { Presets, SingleBar } from 'cli-progress';
import { listenForInterrupts } from '../../helpers/interrupts.js';
import type { Compacted } from '../../store/compaction/compact-days.js';
import { isoDate } from '../../store/partitions.js';
import { runCompact, runStorageReport, type CompactRequest } from '../compose/storage.js';
import { storageLine, storageText } from './storage-text.js';

export interface StorageCommand {
  /** null: it isn't told. */
  readonly diskBytes: number | null;
  readonly json: boolean;
}

export async function runStorageCommand({ diskBytes, json }: StorageCommand): Promise<void> {
  const figures = await runStorageReport();
  console.log(json ? storageLine(figures, diskBytes) : storageText(figures, diskBytes));
}

/** Runs `storage compact`; the answer is the exit code. */
export async function runCompactCommand({
  before,
  json,
}: {
  readonly before: number;
  readonly json: boolean;
}): Promise<number> {
  const interrupts = listenForInterrupts();
  const progress = createProgress(process.stderr);
  try {
    const compacted = await runCompact({ before, signal: interrupts.signal, onProgress: progress.show });
    progress.stop();
    const isWhole = !interrupts.signal.aborted;
    if (compacted === 'busy') {
      console.log(
        json
          ? JSON.stringify({ busy: true })
          : 'Another process compacts right now (a worker with COMPACT_AFTER_DAYS, or this command elsewhere): run it again when that has ended.',
      );
      return 1;
    }
    console.log(
      json ? JSON.stringify({ ...compacted, complete: isWhole }) : compactedText(compacted, isWhole),
    );
    if (!isWhole) return interrupts.exitCode();
    return compacted.held === 0 ? 0 : 1;
  } finally {
    progress.stop();
    interrupts.ignore();
  }
}

function compactedText({ days, series, readings, held }: Compacted, isWhole: boolean): string {
  return [
    `${isWhole ? '' : 'Interrupted. '}${count(readings)} readings of ${count(days)} days are now ${count(series)} rows.`,
    ...(held === 0
      ? []
      : [`${count(held)} days were written into all the time and are not done: run this again later.`]),
  ].join('\n');
}

/** A bar on a terminal, which tells no end: how much there is would have to be counted first. Elsewhere nothing. */
function createProgress(stream: NodeJS.WriteStream): {
  readonly show: CompactRequest['onProgress'];
  readonly stop: () => void;
} {
  if (!stream.isTTY) return { show: () => undefined, stop: () => undefined };
  const format = '{day} | {readings} readings in {series} rows | {days} days done | {duration_formatted}';
  const bar = new SingleBar({ stream, format, hideCursor: true, fps: 5 }, Presets.shades_classic);
  bar.start(1, 0, { day: '', readings: 0, series: 0, days: 0 });
  return {
    show: ({ day, readings, series, days }) =>
      bar.update(0, {
        day: isoDate(day),
        readings: count(readings),
        series: count(series),
        days,
      }),
    stop: () => bar.stop(),
  };
}

const count = (value: number): string => value.toLocaleString('en-US');
