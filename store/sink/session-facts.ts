import type { SessionEvent, SessionStart, SessionStop } from '../../protocol/session.js';

/** What is known of a charging session by its StartTransaction, or TransactionEvent `Started`. */
export interface StartFacts extends Omit<SessionStart, 'kind' | 'transactionId' | 'evse'> {
  /** When the first one was heard, ms since 1970 UTC. */
  readonly receivedAtMs: number;
}

/** What is known of it by its StopTransaction, or TransactionEvent `Ended`. */
export interface StopFacts extends Omit<SessionStop, 'kind' | 'transactionId' | 'evse'> {
  readonly receivedAtMs: number;
}

/** What TransactionEvents of OCPP 2.0.1 tell of it, whichever of them does. */
export interface ToldFacts {
  /** null: not told. */
  readonly evseId: number | null;
  /** Of the EVSE: the greatest that was told; null: none. */
  readonly connectorId: number | null;
  /** Authorized by another event than its Start: the greatest by code units; null: none. */
  readonly idTag: string | null;
}

export interface SessionFacts {
  readonly start: StartFacts | null;
  readonly stop: StopFacts | null;
  readonly told: ToldFacts | null;
  /** Who was there was erased on request, and is not learnt again from what is told again. */
  readonly isErased?: true;
}

/** Where a session takes place. */
export interface Place {
  readonly evseId: number;
  readonly connectorId: number;
}

export const NOTHING_KNOWN: SessionFacts = { start: null, stop: null, told: null };

/** Of an EVSE that a TransactionEvent told, which measures as a whole; else of the StartTransaction; null until either is known. */
export function placeOf({ start, told }: SessionFacts): Place | null {
  if (told !== null && told.evseId !== null) return { evseId: told.evseId, connectorId: 0 };
  if (start === null || start.evseId === null || start.connectorId === null) return null;
  return { evseId: start.evseId, connectorId: start.connectorId };
}

type MaybePlace = Readonly<Record<keyof Place, number | null>>;

export const isSamePlace = (a: MaybePlace | null, b: MaybePlace | null): boolean =>
  a?.connectorId === b?.connectorId && a?.evseId === b?.evseId;

/**
 * What is known after one more event; the very same object when it tells nothing new. Of Starts (Stops) that differ the
 * greatest stands, so that their order doesn't matter, with one exception: a Start of another connector changes nothing once
 * the session has both, since the readings of its Stop are stored under the connector that stood when the two met, and a
 * replay of the log has to find them there. Two such Starts share an id only by a collision of hashes. For the same reason
 * the EVSE that TransactionEvents told first stands: a station that names another for the same transaction contradicts itself.
 */
export function foldSession(before: SessionFacts, sent: SessionEvent, receivedAtMs: number): SessionFacts {
  const event = before.isErased === true ? ofNobody(sent) : sent;
  const told = foldTold(before.told, event);
  const facts = told === before.told ? before : { ...before, told };
  if (event.kind === 'update') return facts;
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

function ofNobody(event: SessionEvent): SessionEvent {
  return event.kind === 'start' ? { ...event, idTag: '' } : { ...event, idTag: null };
}

const NOTHING_TOLD: ToldFacts = { evseId: null, connectorId: null, idTag: null };

function foldTold(told: ToldFacts | null, event: SessionEvent): ToldFacts | null {
  const evse = event.evse ?? null;
  const idTag = event.kind === 'update' ? event.idTag : null;
  if (evse === null && idTag === null) return told;
  const known = told ?? NOTHING_TOLD;
  const isOfKnown = evse !== null && (known.evseId === null || known.evseId === evse.evseId);
  const now: ToldFacts = {
    evseId: known.evseId ?? evse?.evseId ?? null,
    connectorId: isOfKnown ? greatest(known.connectorId, evse.connectorId) : known.connectorId,
    idTag: greatest(known.idTag, idTag),
  };
  const isNews =
    now.evseId !== known.evseId || now.connectorId !== known.connectorId || now.idTag !== known.idTag;
  return isNews ? now : told;
}

function greatest<T extends number | string>(a: T | null, b: T | null): T | null {
  return compare(a, b) >= 0 ? a : b;
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
  /** The first Starts and the first Stops, and the Updates that told something new. */
  readonly firsts: ReadonlySet<Event>;
  /** By the id of the transaction: what made the place of a session known. */
  readonly placing: ReadonlyMap<number, Event>;
}

/** @param events in the order of their messages. */
export function foldSessions<Event extends SessionAt>(
  known: ReadonlyMap<number, SessionFacts>,
  events: readonly Event[],
): FoldedSessions<Event> {
  const facts = new Map(known);
  const firsts = new Set<Event>();
  const placing = new Map<number, Event>();
  for (const each of events) {
    const before = facts.get(each.id) ?? NOTHING_KNOWN;
    const after = foldSession(before, each.event, each.receivedAtMs);
    const { kind } = each.event;
    if (kind === 'update' ? after !== before : before[kind] === null) firsts.add(each);
    if (placeOf(before) === null && placeOf(after) !== null) placing.set(each.id, each);
    facts.set(each.id, after);
  }
  return { facts, firsts, placing };
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
