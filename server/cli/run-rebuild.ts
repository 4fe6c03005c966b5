import { Presets, SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import pc from 'picocolors';
import { listenForInterrupts } from '../../helpers/interrupts.js';
import {
  runRebuild,
  type NamedDifference,
  type RebuildReport,
  type RebuildRequest,
} from '../compose/rebuild.js';

export interface RebuildCommand extends Pick<RebuildRequest, 'fromMs' | 'toMs' | 'chargePointIds' | 'check'> {
  readonly json: boolean;
}

/** Runs `rebuild` as the command line says; the answer is the exit code. */
export async function runRebuildCommand({ json, ...range }: RebuildCommand): Promise<number> {
  const interrupts = listenForInterrupts();
  const progress = createProgress(process.stderr);
  try {
    const report = await runRebuild({ ...range, signal: interrupts.signal, onProgress: progress.show });
    progress.stop();
    const isWhole = !interrupts.signal.aborted;
    console.log(json ? rebuildLine(report, range, isWhole) : rebuildText(report, range, isWhole));
    if (!isWhole) return interrupts.exitCode();
    return report.differences === 0 ? 0 : 1;
  } finally {
    progress.stop();
    interrupts.ignore();
  }
}

type Range = Omit<RebuildCommand, 'json'>;

/** One JSON line: the same figures, for scripts. Times are ISO 8601, `from` and `to` null without a bound. */
export function rebuildLine(report: RebuildReport, range: Range, isWhole: boolean): string {
  const { series, readings, differences, unsettled, examples } = report;
  return JSON.stringify({
    from: isoOf(range.fromMs),
    to: isoOf(range.toMs),
    complete: isWhole,
    series,
    readings,
    differences,
    repaired: !range.check && differences > 0,
    unsettled,
    examples: examples.map(({ table, ms, series: of }) => ({
      table,
      chargePointId: of?.chargePointId ?? null,
      connectorId: of?.connectorId ?? null,
      measurand: of?.measurand ?? null,
      phase: of?.phase ?? null,
      time: ms === null ? null : isoOf(ms),
    })),
  });
}

/** What a person reads. */
export function rebuildText(report: RebuildReport, { check }: Range, isWhole: boolean): string {
  const { series, readings, differences, unsettled } = report;
  const verdict =
    differences === 0
      ? pc.green('No difference.')
      : pc.red(`${count(differences)} differences${check ? ', left as they are' : ', put right'}.`);
  return [
    `${isWhole ? '' : 'Interrupted. '}${count(series)} series, ${count(readings)} readings computed: ${verdict}`,
    ...(unsettled === 0
      ? []
      : [
          `${count(unsettled)} series got readings meanwhile; the workers compute those, and they are not judged here.`,
        ]),
    ...(differences === 0 ? [] : [tableOf(report.examples)]),
    ...(differences > report.examples.length
      ? [`… and ${count(differences - report.examples.length)} more.`]
      : []),
  ].join('\n');
}

function tableOf(examples: readonly NamedDifference[]): string {
  const table = new Table({
    head: ['table', 'charge point', 'series', 'at'],
    style: { head: [], border: [] },
  });
  for (const { table: name, series, ms } of examples) {
    const what = series === null ? '' : `${series.connectorId} ${series.measurand} ${series.phase}`.trim();
    table.push([name, series?.chargePointId ?? '', what, ms === null ? '' : (isoOf(ms) ?? '')]);
  }
  return table.toString();
}

/** A bar on a terminal; elsewhere nothing. */
function createProgress(stream: NodeJS.WriteStream): {
  readonly show: RebuildRequest['onProgress'];
  readonly stop: () => void;
} {
  if (!stream.isTTY) return { show: () => undefined, stop: () => undefined };
  const format =
    '{bar} {percentage}% | {readings} readings | {differences} differences | ETA {eta_formatted}';
  const bar = new SingleBar({ stream, format, hideCursor: true, fps: 5 }, Presets.shades_classic);
  bar.start(1_000, 0, { readings: 0, differences: 0 });
  return {
    show: ({ done, readings, differences }) =>
      bar.update(Math.round(done * 1_000), {
        readings: count(readings),
        differences: count(differences),
      }),
    stop: () => bar.stop(),
  };
}

const isoOf = (ms: number): string | null => (Number.isFinite(ms) ? new Date(ms).toISOString() : null);
const count = (value: number): string => value.toLocaleString('en-US');
