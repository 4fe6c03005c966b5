import type { ExpectedSession } from './expected.js';
import type { SaidSession, StartFacts, StopFacts } from './read-message.js';

const NO_START = { connectorId: null, idTag: null, startedAt: null, meterStartWh: null };
const NO_STOP = { stopIdTag: null, endedAt: null, meterStopWh: null, stopReason: null };

/** Of Starts that differ the greatest stands, and of Stops; which came first doesn't matter. */
export function expectedSession(said: readonly SaidSession[]): ExpectedSession {
  const starts = said.flatMap((each) => (each.kind === 'start' ? [each.start] : []));
  const stops = said.flatMap((each) => (each.kind === 'stop' ? [each.stop] : []));
  const start = greatest(starts, startOrder);
  const stop = greatest(stops, stopOrder);
  return { status: statusOf(start, stop), ...(start ?? NO_START), ...(stop ?? NO_STOP) };
}

function statusOf(start: StartFacts | undefined, stop: StopFacts | undefined): string {
  if (start !== undefined) return stop === undefined ? 'active' : 'ended';
  return stop === undefined ? 'observed' : 'unmatched';
}

type Order = (string | number | null)[];

const startOrder = ({ startedAt, connectorId, meterStartWh, idTag }: StartFacts): Order => [
  startedAt,
  connectorId,
  meterStartWh,
  idTag,
];

const stopOrder = ({ endedAt, meterStopWh, stopReason, stopIdTag }: StopFacts): Order => [
  endedAt,
  meterStopWh,
  stopReason,
  stopIdTag,
];

function greatest<T>(all: readonly T[], orderOf: (each: T) => Order): T | undefined {
  return [...all].sort((a, b) => (isBefore(orderOf(a), orderOf(b)) ? -1 : 1)).at(-1);
}

function isBefore(a: Order, b: Order): boolean {
  const at = a.findIndex((each, index) => each !== b[index]);
  const [left = null, right = null] = [a[at], b[at]];
  if (left === null || right === null) return left === null;
  return left < right;
}
