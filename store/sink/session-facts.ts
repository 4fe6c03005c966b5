import type { SessionEvent, SessionStart, SessionStop } from '../../protocol/session.js';

/** What is known of a charging session by its StartTransaction. */
export interface StartFacts extends Omit<SessionStart, 'kind' | 'transactionId'> {
  /** When the first one was heard, ms since 1970 UTC. */
  readonly receivedAtMs: number;
}

/** What is known of it by its StopTransaction. */
export interface StopFacts extends Omit<SessionStop, 'kind' | 'transactionId'> {
  readonly receivedAtMs: number;
}

export interface SessionFacts {
  readonly start: StartFacts | null;
  readonly stop: StopFacts | null;
}

/** Where a session takes place. */
export interface Place {
  readonly evseId: number;
  readonly connectorId: number;
}

export const NOTHING_KNOWN: SessionFacts = { start: null, stop: null };

/** null until a Start is known. */
export function placeOf({ start }: SessionFacts): Place | null {
  return start === null ? null : { evseId: start.evseId, connectorId: start.connectorId };
}

export const isSamePlace = (a: Place | null, b: Place | null): boolean =>
  a?.connectorId === b?.connectorId && a?.evseId === b?.evseId;

/**
 * What is known after one more event; the very same object when it tells nothing new. Of Starts (Stops) that differ the
 * greatest stands, so that their order doesn't matter, with one exception: a Start of another connector changes nothing once
 * the session has both, since the readings of its Stop are stored under the connector that stood when the two met, and a
 * replay of the log has to find them there. Two such Starts share an id only by a collision of hashes.
 */
export function foldSession(facts: SessionFacts, event: SessionEvent, receivedAtMs: number): SessionFacts {
  if (event.kind === 'start') {
    const { evseId, connectorId, idTag, startedAtMs, meterStartWh } = event;
    const told = { receivedAtMs, evseId, connectorId, idTag, startedAtMs, meterStartWh };
    if (facts.start !== null && facts.stop !== null && !isSamePlace(facts.start, told)) return facts;
    const start = greater(facts.start, told, compareStarts);
    return start === facts.start ? facts : { ...facts, start };
  }
  const { idTag, endedAtMs, meterStopWh, reason } = event;
  const stop = greater(facts.stop, { receivedAtMs, idTag, endedAtMs, meterStopWh, reason }, compareStops);
  return stop === facts.stop ? facts : { ...facts, stop };
}

/** An event of one session of a batch. */
export interface SessionAt {
  /** Index of its message in the batch. */
  readonly message: number;
  /** Of its transaction. */
  readonly id: number;
  readonly event: SessionEvent;
  /** ms since 1970 UTC. */
  readonly receivedAtMs: number;
}

export interface FoldedSessions<Event extends SessionAt> {
  /** By the id of the transaction. */
  readonly facts: ReadonlyMap<number, SessionFacts>;
  /** The first Starts and the first Stops. */
  readonly firsts: ReadonlySet<Event>;
}

/** @param events in the order of their messages. */
export function foldSessions<Event extends SessionAt>(
  known: ReadonlyMap<number, SessionFacts>,
  events: readonly Event[],
): FoldedSessions<Event> {
  const facts = new Map(known);
  const firsts = new Set<Event>();
  for (const each of events) {
    const before = facts.get(each.id) ?? NOTHING_KNOWN;
    if (before[each.event.kind] === null) firsts.add(each);
    facts.set(each.id, foldSession(before, each.event, each.receivedAtMs));
  }
  return { facts, firsts };
}

function greater<T extends { readonly receivedAtMs: number }>(
  known: T | null,
  told: T,
  compare: (a: T, b: T) => number,
): T {
  if (known === null) return told;
  const standing = compare(told, known) > 0 ? told : known;
  const receivedAtMs = Math.min(told.receivedAtMs, known.receivedAtMs);
  return standing.receivedAtMs === receivedAtMs ? standing : { ...standing, receivedAtMs };
}

const compareStarts = (a: StartFacts, b: StartFacts): number =>
  compare(a.startedAtMs, b.startedAtMs) ||
  compare(a.connectorId, b.connectorId) ||
  compare(a.meterStartWh, b.meterStartWh) ||
  compare(a.idTag, b.idTag) ||
  compare(a.evseId, b.evseId);

const compareStops = (a: StopFacts, b: StopFacts): number =>
  compare(a.endedAtMs, b.endedAtMs) ||
  compare(a.meterStopWh, b.meterStopWh) ||
  compare(a.reason, b.reason) ||
  compare(a.idTag, b.idTag);

/** null is the lowest; texts by code units, whatever the collation of the database. */
function compare<T extends number | string>(a: T | null, b: T | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}
