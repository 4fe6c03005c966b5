import type { Command } from 'commander';
import { Presets, SingleBar } from 'cli-progress';
import { listenForInterrupts } from '../../helpers/interrupts.js';
import type { RotationProgress, RotationReport } from '../../store/encryption/rotation/rotate-keys.js';

/** Part of `meterpulse credentials`. */
export function registerRotateKeysCommand(credentials: Command): void {
  credentials
    .command('rotate-keys')
    .summary('encrypt everything under the first of DATA_KEYS')
    .description(
      'Encrypts under the first of DATA_KEYS what is under another one, or in clear yet, while everything runs. Broken off, it ' +
        'goes on where it was when it is run again. At the end it says which keys may be taken away. See docs/privacy.md.',
    )
    .option('--json', 'print one JSON line', false)
    .addHelpText(
      'after',
      '\nExit code: 0 when everything is under the first key, 1 when something is not, 130 after Ctrl-C.\n',
    )
    .action(async ({ json }: { json: boolean }) => {
      const interrupts = listenForInterrupts();
      const bar = progressBar(process.stderr);
      try {
        const { runRotateKeys } = await import('../compose/privacy.js');
        const report = await runRotateKeys({ signal: interrupts.signal, onProgress: bar.show });
        bar.stop();
        console.log(json ? JSON.stringify(report) : rotationText(report));
        if (!report.isComplete) process.exitCode = interrupts.exitCode();
        else process.exitCode = report.tables.every(({ left }) => left === 0) ? 0 : 1;
      } finally {
        bar.stop();
        interrupts.ignore();
      }
    });
}

/** What a person reads. */
export function rotationText(report: RotationReport): string {
  const { key, tables, unreadable, needless, inFeed, isComplete } = report;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const left = tables.filter((table) => table.left > 0);
  return [
    `${isComplete ? '' : 'Interrupted. '}${count(rows)} rows were encrypted under ${key}.`,
    ...unreadable,
    ...left.map((table) => `${table.table}: ${count(table.left)} rows are under another key, or in clear.`),
    ...(left.length > 0 && isComplete && unreadable.length === 0
      ? [`Some process writes by other keys: give every role ${key} first, and run this again.`]
      : []),
    ...(needless.length === 0
      ? []
      : [`Nothing needs ${needless.join(', ')} any more: it may go from DATA_KEYS.`]),
    ...(inFeed.length === 0
      ? []
      : [
          `The change feed has labels under ${inFeed.join(', ')} until FEED_RETENTION_HOURS are over: run this again then.`,
        ]),
  ].join('\n');
}

function progressBar(stream: NodeJS.WriteStream): {
  readonly show: (progress: RotationProgress) => void;
  readonly stop: () => void;
} {
  if (!stream.isTTY) return { show: () => undefined, stop: () => undefined };
  const format = '{bar} {percentage}% | {value} of {total} rows | ETA {eta_formatted}';
  const bar = new SingleBar({ stream, format, hideCursor: true, fps: 5 }, Presets.shades_classic);
  bar.start(0, 0);
  return {
    show: ({ rows, ofRows }) => {
      bar.setTotal(ofRows);
      bar.update(rows);
    },
    stop: () => bar.stop(),
  };
}

const count = (value: number): string => value.toLocaleString('en-US');
