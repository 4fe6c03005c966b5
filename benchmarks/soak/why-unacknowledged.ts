import type { SimulateSummary } from '../../client/simulate/summary.js';

/** What kept a fleet from having everything acknowledged, in one sentence; null: it has. */
export function whyUnacknowledged(said: SimulateSummary): string | null {
  if (said.waiting === 0 && said.rejected === 0) return null;
  const { p99, max } = said.ackMs;
  return [
    `${amount(said.waiting)} messages still waited for an answer when the grace was over, ${amount(said.rejected)} were rejected${codes(said.rejectCodes)}`,
    `answers took ${amount(p99)} ms at p99 and ${amount(max)} ms at most`,
    `${amount(said.connectionsLost)} connections were lost${codes(said.closeCodes)}, ${amount(said.connectFailures)} attempts to connect failed`,
    `${amount(said.retries)} messages were asked to come again, ${amount(said.shed)} were shed`,
  ].join('; ');
}

function codes(counts: Readonly<Record<string, number>>): string {
  const told = Object.entries(counts).map(([code, count]) => `${code}: ${amount(count)}`);
  return told.length === 0 ? '' : ` (${told.join(', ')})`;
}

function amount(value: number): string {
  return value.toLocaleString('en');
}
