import type { LoadReport } from './report.js';

/** What is printed at the end. */
export function summaryLines(report: LoadReport): string {
  const { totals, ledger, size, simulate } = report;
  const count = (name: string): number => totals.counters[name] ?? 0;
  const latency = totals.times['readings.latency'];
  const errors = Object.entries(totals.errors).map(([text, times]) => `  ${times} x ${text}`);
  return [
    `${size.sockets} sockets, ${report.rampPerSecond} opened a second, held for ${size.minutes} minutes`,
    `${count('readings.sent')} readings sent, ${count('readings.acknowledged')} acknowledged, ${count('readings.unanswered')} unanswered`,
    ...(latency === undefined
      ? []
      : [
          `from due to acknowledged: p50 ${latency.p50} ms, p99 ${latency.p99} ms, at most ${latency.max} ms`,
        ]),
    ...(simulate === null ? [] : [`beside it, by meterpulse simulate: ${JSON.stringify(simulate)}`]),
    ...(ledger === null
      ? []
      : [
          `ledger: ${ledger.acknowledged} acknowledged, ${ledger.lost} lost, ${ledger.doubled} doubled (${ledger.stored} stored, ${ledger.unacknowledged} of them unacknowledged)`,
          ...ledger.examples.map((example) => `  ${example}`),
        ]),
    ...report.unmeasured,
    ...(errors.length === 0 ? ['no errors'] : ['errors:', ...errors]),
    ...report.artillery.flatMap(({ part, exitCode, output }) =>
      output === null ? [] : [`${part} ended with ${exitCode ?? 'a signal'}:`, output],
    ),
    ...report.expectations.map(
      ({ of, expression, value, holds }) =>
        `${holds ? 'holds' : 'BROKEN'}: ${of}: ${expression} (${value ?? 'not measured'})`,
    ),
  ].join('\n');
}
