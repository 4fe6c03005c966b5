import Table from 'cli-table3';
import type { SimulateResult } from './simulate.js';
import { quantileOf } from './tally.js';

/** What the JSON line at the end holds. */
export function summaryOf(result: SimulateResult) {
  const { counts, waiting, readings, restored, seconds, from, to, damaged, latencyMax } = result;
  return {
    ...counts,
    ...{ waiting, restored, damaged },
    ledgerReadings: readings,
    ackMs: {
      p50: quantileOf(result, 0.5),
      p99: quantileOf(result, 0.99),
      max: Math.round(latencyMax * 100) / 100,
    },
    perSecond: seconds > 0 ? Math.round(counts.acknowledged / seconds) : 0,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    seconds,
    rejectCodes: result.rejectCodes,
    closeCodes: result.closeCodes,
  };
}

export type SimulateSummary = ReturnType<typeof summaryOf>;

/** Whether everything that was said has been acknowledged. */
export function isComplete({ waiting, counts, damaged }: SimulateResult): boolean {
  return waiting === 0 && counts.rejected === 0 && damaged === 0;
}

export function summaryTable(result: SimulateResult): string {
  const { rejectCodes, closeCodes, ackMs, from, to, seconds, ...numbers } = summaryOf(result);
  const table = new Table({ style: { head: [], border: [] }, colAligns: ['left', 'right'] });
  const rows: Readonly<Record<string, number | string>> = {
    ...{ from, to, seconds },
    ...{ 'messages sent': numbers.sent, acknowledged: numbers.acknowledged, rejected: numbers.rejected },
    ...{ 'sent again': numbers.resent, 'asked to retry': numbers.retries, duplicates: numbers.duplicates },
    ...{ 'shed (too much waited)': numbers.shed, 'still waiting': numbers.waiting },
    ...{ 'from the outbox of an earlier run': numbers.restored, sessions: numbers.sessions },
    ...{ connections: numbers.connections, 'connections lost': numbers.connectionsLost },
    ...{ 'failed to connect': numbers.connectFailures, 'acknowledged a second': numbers.perSecond },
    ...{ 'answer, median ms': ackMs.p50, 'answer, 99th percentile ms': ackMs.p99 },
  };
  for (const [name, value] of Object.entries(rows))
    table.push([name, typeof value === 'number' ? value.toLocaleString('en-US') : value]);
  for (const [code, count] of Object.entries(rejectCodes)) table.push([`rejected: ${code}`, count]);
  for (const [code, count] of Object.entries(closeCodes)) table.push([`closed with ${code}`, count]);
  return table.toString();
}
