import type { Reading } from '../../protocol/reading.js';
import type { SessionEvent } from '../../protocol/session.js';
import type { Pool } from '../pool.js';
import type { ChargePoint } from './charge-points.js';
import type { Drafts } from './drafts.js';
import type { NameResolver } from './name-resolver.js';
import type { RejectBook } from './reject-book.js';
import { foldSessions, placeOf, type Place, type SessionAt, type SessionFacts } from './session-facts.js';
import { readSessions } from './session-rows.js';
import { unstorableWaiting } from './storable-reading.js';
import { readWaiting, type WaitingReading } from './waiting-readings.js';

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
  /** Transactions whose Start this batch brings, and how many readings had waited for them: they are among its rows. */
  readonly started: { readonly ids: readonly number[]; readonly waited: number };
}

/**
 * Gives readings of a session the connector of its Start, which is in the database or anywhere in the batch, and takes up those
 * that had waited for a Start of this batch: they are counted as parts of its message. What is read here is compared with
 * the locked rows by the flush.
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
  const { facts, firsts } = foldSessions(await readSessions(pool, [...new Set(ids)]), events);

  const waiting: WaitingAt[] = [];
  unplaced.forEach(({ message, part, chargePoint, reading, receivedAtMs }, index) => {
    const id = ids[events.length + index] ?? 0;
    const place = placeIn(facts, id);
    if (place === null) {
      waiting.push({ id, message, part, reading, receivedAtMs });
      return;
    }
    const placed = { ...reading, ...place };
    rejects.place(message, part, placed);
    drafts.add(message, part, placed, chargePoint, receivedAtMs);
  });

  const starts = new Map(
    [...firsts].filter(({ event }) => event.kind === 'start').map((start) => [start.id, start]),
  );
  const waited = starts.size === 0 ? [] : await readWaiting(pool, [...starts.keys()]);
  for (const { id, reading, receivedAtMs } of waited) {
    const start = starts.get(id);
    const place = placeIn(facts, id);
    if (start === undefined || place === null) throw new Error('readings that wait for a Start of no batch');
    const placed = { ...reading, ...place };
    const part = rejects.adopt(start.message, placed);
    drafts.add(start.message, part, placed, start.chargePoint, receivedAtMs);
  }
  return {
    events,
    places: new Map(ids.map((id) => [id, placeIn(facts, id)])),
    waiting,
    started: { ids: [...starts.keys()], waited: waited.length },
  };
}

function placeIn(facts: ReadonlyMap<number, SessionFacts>, id: number): Place | null {
  const known = facts.get(id);
  return known === undefined ? null : placeOf(known);
}
