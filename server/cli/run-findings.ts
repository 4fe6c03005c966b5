import { Presets, SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { listenForInterrupts } from '../../helpers/interrupts.js';
import { runFindings, type FindingsReport, type FindingsRequest } from '../compose/findings.js';

export interface FindingsCommand extends Omit<FindingsRequest, 'signal' | 'onProgress'> {
  readonly json: boolean;
}

/** Charge points of the table: those with the most findings. */
const CHARGE_POINTS = 10;

/** Runs `findings` as the command line says; the answer is the exit code. */
export async function runFindingsCommand({ json, ...request }: FindingsCommand): Promise<number> {
  const interrupts = listenForInterrupts();
  const progress = createProgress(process.stderr);
  try {
    const report = await runFindings({ ...request, signal: interrupts.signal, onProgress: progress.show });
    progress.stop();
    const isWhole = !interrupts.signal.aborted;
    console.log(json ? findingsLine(report, request, isWhole) : findingsText(report, isWhole));
    return isWhole ? 0 : interrupts.exitCode();
  } finally {
    progress.stop();
    interrupts.ignore();
  }
}

/** One JSON line, for scripts. Times are ISO 8601, `from` and `to` null without a bound. */
function findingsLine(
  report: FindingsReport,
  { fromMs, toMs }: Pick<FindingsCommand, 'fromMs' | 'toMs'>,
  isWhole: boolean,
): string {
  const { series, readings, findings, byRule, byChargePoint, examples } = report;
  return JSON.stringify({
    from: isoOf(fromMs),
    to: isoOf(toMs),
    complete: isWhole,
    series,
    readings,
    findings,
    byRule: Object.fromEntries(byRule),
    byChargePoint: Object.fromEntries(byChargePoint),
    examples: examples.map(({ series: of, finding }) => ({
      chargePointId: of.chargePointId,
      evseId: of.evseId,
      connectorId: of.connectorId,
      measurand: of.measurand,
      phase: of.phase,
      rule: finding.rule,
      from: isoOf(finding.fromMs),
      to: isoOf(finding.toMs),
      evidence: finding.evidence,
    })),
  });
}

/** What a person reads. */
function findingsText(report: FindingsReport, isWhole: boolean): string {
  const { series, readings, findings, byRule, byChargePoint, examples } = report;
  const head = `${isWhole ? '' : 'Interrupted. '}${count(series)} series, ${count(readings)} readings looked at: ${count(findings)} findings. Nothing was written.`;
  if (findings === 0) return head;
  const most = [...byChargePoint].sort(([, a], [, b]) => b - a).slice(0, CHARGE_POINTS);
  return [
    head,
    table(
      ['rule', 'findings'],
      [...byRule].map(([rule, of]) => [rule, count(of)]),
    ),
    table(
      ['charge point', 'findings'],
      most.map(([id, of]) => [id, count(of)]),
    ),
    ...(byChargePoint.size > most.length
      ? [`… and ${count(byChargePoint.size - most.length)} more charge points.`]
      : []),
    ...(examples.length === 0
      ? []
      : [
          table(
            ['rule', 'charge point', 'series', 'from', 'to', 'evidence'],
            examples.map(({ series: of, finding }) => [
              finding.rule,
              of.chargePointId,
              `${of.connectorId} ${of.measurand} ${of.phase}`.trim(),
              isoOf(finding.fromMs) ?? '',
              isoOf(finding.toMs) ?? '',
              JSON.stringify(finding.evidence),
            ]),
          ),
        ]),
    ...(findings > examples.length ? [`… and ${count(findings - examples.length)} more.`] : []),
  ].join('\n');
}

function table(head: string[], rows: readonly string[][]): string {
  const made = new Table({ head, style: { head: [], border: [] } });
  made.push(...rows);
  return made.toString();
}

/** A bar on a terminal; elsewhere nothing. */
function createProgress(stream: NodeJS.WriteStream): {
  readonly show: FindingsRequest['onProgress'];
  readonly stop: () => void;
} {
  if (!stream.isTTY) return { show: () => undefined, stop: () => undefined };
  const format = '{bar} {percentage}% | {readings} readings | {findings} findings | ETA {eta_formatted}';
  const bar = new SingleBar({ stream, format, hideCursor: true, fps: 5 }, Presets.shades_classic);
  bar.start(1_000, 0, { readings: 0, findings: 0 });
  return {
    show: ({ done, readings, findings }) =>
      bar.update(Math.round(done * 1_000), { readings: count(readings), findings: count(findings) }),
    stop: () => bar.stop(),
  };
}

const isoOf = (ms: number): string | null => (Number.isFinite(ms) ? new Date(ms).toISOString() : null);
const count = (value: number): string => value.toLocaleString('en-US');
