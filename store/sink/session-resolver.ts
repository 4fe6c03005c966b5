import type { Reading } from '../../protocol/reading.js';
import type { SessionEvent } from '../../protocol/session.js';
import type { Pool } from '../pool.js';
import type { ChargePoint } from './charge-points.js';
import { DistinctWaiting, type WaitingReading } from './distinct-waiting.js';
import type { Drafts } from './drafts.js';
import type { NameResolver } from './name-resolver.js';
import type { PartOf, RejectBook } from './reject-book.js';
import { foldSessions, placeOf, type Place, type SessionAt, type SessionFacts } from './session-facts.js';
import { readSessions } from './session-rows.js';
import { unstorableWaiting } from './storable-reading.js';
import { readWaiting } from './waiting-readings.js';

/** What the messages of a batch tell of charging sessions. */
export interface SessionsTold {
  readonly events: ToldEvent[];
  /** Readings whose connector is that of their session. */
  readonly unplaced: Unplaced[];
}

interface Told {
  /** Index of its message in the batch. */
  readonly message: number;
  readonly chargePoint: ChargePoint;
  readonly receivedAtMs: number;
}

interface ToldEvent extends Told {
  readonly event: SessionEvent;
}

interface Unplaced extends Told {
  readonly part: number;
  readonly reading: Reading;
}

/** A reading that is to be kept waiting. */
export interface WaitingAt extends WaitingReading {
  readonly message: number;
  readonly part: number;
}

/** What a flush has to do for the sessions of its batch, and what it rests on. */
export interface SessionWork {
  /** In the order of their messages. */
  readonly events: readonly SessionAt[];
  /** Of each transaction concerned, by its id: where its readings were put, null when they wait. */
  readonly places: ReadonlyMap<number, Place | null>;
  readonly waiting: readonly WaitingAt[];
  /** Readings that waited within the batch, for what comes further down in it, and whether they were new among those. */
  readonly passed: readonly { readonly message: number; readonly isNew: boolean }[];
  /** Transactions whose place this batch tells, and how many readings had waited for it: they are among its rows. */
  readonly placed: { readonly ids: readonly number[]; readonly waited: number };
}

/**
 * Gives readings of a session its place, and takes up those that had waited for a message of this batch to tell it (a
 * StartTransaction; a TransactionEvent with an EVSE): they are counted as parts of that message. A batch ends as its messages
 * would one by one: what comes before that message in the same batch has waited for it, too. What is read here is compared with the locked rows by the flush.
 *
 * @returns null when there is nothing to do.
 */
export async function resolveSessions(
  pool: Pool,
  names: NameResolver,
  told: SessionsTold,
  drafts: Drafts,
  rejects: RejectBook,
): Promise<SessionWork | null> {
  const unplaced = told.unplaced.filter(({ message, part, reading }) => {
    const reason = unstorableWaiting(reading);
    if (reason !== null) rejects.addReading(message, part, reason);
    return reason === null;
  });
  if (told.events.length === 0 && unplaced.length === 0) return null;

  const ids = await names.transactionIds([
    ...told.events.map(({ chargePoint, event }) => ({ chargePoint, externalId: event.transactionId })),
    ...unplaced.map(({ chargePoint, reading }) => ({ chargePoint, externalId: reading.transactionId ?? '' })),
  ]);
  const events = told.events.map((each, index) => ({ ...each, id: ids[index] ?? 0 }));
  const { facts, placing } = foldSessions(await readSessions(pool, [...new Set(ids)]), events);

  const before = placing.size === 0 ? [] : await readWaiting(pool, [...placing.keys()]);
  const waited = new DistinctWaiting<Waited>();
  for (const each of before) waited.add({ ...each, from: null });

  const waiting: WaitingAt[] = [];
  const passed: { message: number; isNew: boolean }[] = [];
  unplaced.forEach((told, index) => {
    const { message, part, chargePoint, reading, receivedAtMs } = told;
    const id = ids[events.length + index] ?? 0;
    const place = placeIn(facts, id);
    if (place === null) waiting.push({ id, message, part, reading, receivedAtMs });
    else if (message < (placing.get(id)?.message ?? 0)) {
      passed.push({ message, isNew: waited.add({ id, reading, receivedAtMs, from: { message, part } }) });
    } else {
      const placed = { ...reading, ...place };
      rejects.place(message, part, placed);
      drafts.add(message, part, placed, chargePoint, receivedAtMs);
    }
  });

  for (const { id, reading, receivedAtMs, from } of waited.all) {
    const event = placing.get(id);
    if (event === undefined) throw new Error('readings that wait for what no message of the batch tells');
    const placed = { ...reading, ...placeIn(facts, id) };
    const part = rejects.adopt(event.message, placed, from);
    drafts.add(event.message, part, placed, event.chargePoint, receivedAtMs);
  }
  drafts.rows.sort((a, b) => a.message - b.message || a.part - b.part);
  return {
    events,
    places: new Map(ids.map((id) => [id, placeIn(facts, id)])),
    waiting,
    passed,
    placed: { ids: [...placing.keys()], waited: before.length },
  };
}

interface Waited extends WaitingReading {
  /** The part of this batch that it is; null: it came before. */
  readonly from: PartOf | null;
}

function placeIn(facts: ReadonlyMap<number, SessionFacts>, id: number): Place | null {
  const known = facts.get(id);
  return known === undefined ? null : placeOf(known);
}
