/** What `show`, `session` and `queue` tell. */
import { formatDuration } from '../language/duration.js';
import type { Connector } from './connector.js';
import type { Exchange } from './message.js';
import type { Session } from '../../station/session.js';
import type { TallySums } from './tally.js';

export type Fact = readonly [label: string, text: string];

const QUEUE_SHOWN = 20;

export interface StationFacts {
  readonly chargePointId: string;
  readonly url: string;
  readonly protocol: string;
  readonly connection: string;
  readonly connectorId: number;
  readonly connectors: readonly Connector[];
  readonly waiting: number;
  readonly periodic: { readonly label: string; readonly everyMs: number; readonly times: number } | null;
  readonly sums: TallySums;
}

export function stationFacts(station: StationFacts): readonly Fact[] {
  const { sums, periodic, connectors } = station;
  const { sent, accepted, rejected, retried, unanswered, latencyMs } = sums;
  const facts: Fact[] = [
    ['charge point', station.chargePointId],
    ['address', station.url],
    ['protocol', station.protocol],
    ['connection', station.connection],
    ['connector', String(station.connectorId)],
  ];
  for (const { id, registerWh, runningSession } of connectors) {
    if (registerWh !== null) facts.push([`meter ${id}`, `${registerWh} Wh`]);
    if (runningSession !== null) facts.push([`session ${id}`, describeSession(runningSession)]);
  }
  if (periodic !== null)
    facts.push([
      'repeats',
      `${periodic.label}, every ${formatDuration(periodic.everyMs)}, ${periodic.times} times so far`,
    ]);
  facts.push(['waiting', String(station.waiting)]);
  facts.push([
    'sent',
    `${sent}: ${accepted} accepted, ${rejected} rejected, ${retried} to retry, ${unanswered} unanswered`,
  ]);
  if (latencyMs !== null) {
    const { min, median, p95, max } = latencyMs;
    facts.push(['latency', `${min} to ${max} ms, median ${median}, 95th percentile ${p95}`]);
  }
  return facts;
}

export function sessionFacts(connectors: readonly Connector[], now: number): readonly Fact[] {
  return connectors.flatMap(({ id, session, registerWh }): Fact[] => {
    if (session === null) return [];
    const runs = session.state === 'charging' || session.state === 'starting';
    const facts: Fact[] = [[`connector ${id}`, describeSession(session)]];
    facts.push(['idTag', session.idTag], ['began', new Date(session.startedAt).toISOString()]);
    if (runs) facts.push(['for', formatDuration(now - session.startedAt)]);
    facts.push(['meterStart', `${session.meterStartWh} Wh`]);
    if (registerWh !== null)
      facts.push(['meter', `${registerWh} Wh (${registerWh - session.meterStartWh} Wh charged)`]);
    return facts;
  });
}

export function queueFacts(unsettled: readonly Exchange[]): readonly Fact[] {
  const facts = unsettled.slice(0, QUEUE_SHOWN).map(({ message, number, attempt }): Fact => {
    const times = attempt === 0 ? '' : ` (sent ${attempt === 1 ? 'once' : `${attempt} times`}, no answer)`;
    return [`m${number}`, `${message.action} ${message.summary}${times}`];
  });
  const more = unsettled.length - QUEUE_SHOWN;
  return more > 0 ? [...facts, ['', `and ${more} more`]] : facts;
}

function describeSession({ state, transactionId }: Session): string {
  return transactionId === null ? state : `transaction ${transactionId}, ${state}`;
}
