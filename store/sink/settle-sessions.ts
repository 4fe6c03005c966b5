import type { PoolClient } from '../pool.js';
import { markSessions } from '../rollups/mark-sessions.js';
import { ConcurrentChangeError } from './change-rows.js';
import { changedSessions } from './changed-sessions.js';
import { foldSessions, isSamePlace, placeOf } from './session-facts.js';
import type { SessionWork } from './session-resolver.js';
import { lockSessions, writeSessions } from './session-rows.js';
import { deleteWaiting, insertWaiting } from './waiting-readings.js';

/** What became of a message's session, beside its readings. */
export interface SessionOutcome {
  /** It was the first Start, or the first Stop, of its session, or told something new of it. */
  isFirst: boolean;
  /** Readings that wait from now on, and such that did already. */
  newlyWaiting: number;
  repeatedWaiting: number;
}

/**
 * Brings the transactions and what waits for them up to date, in the transaction of the flush. Their rows stay locked to its
 * end, so that of two flushes that meet at one session (of two partitions, when their number was changed between Start and
 * Stop) the second one sees what the first did.
 *
 * @returns by index of the message; those that told of no session, and have no reading of one, are left out.
 * @throws ConcurrentChangeError when readings were placed by what is no longer so: the batch has to be resolved anew.
 */
export async function settleSessions(
  client: PoolClient,
  { events, places, waiting, passed, placed }: SessionWork,
): Promise<ReadonlyMap<number, SessionOutcome>> {
  const known = await lockSessions(client, [...places.keys()]);
  const { facts, firsts } = foldSessions(known, events);
  for (const [id, place] of places) {
    const now = facts.get(id);
    if (now === undefined || !isSamePlace(placeOf(now), place)) {
      throw new ConcurrentChangeError('a charging session');
    }
  }
  await writeSessions(client, new Map([...facts].filter(([id, each]) => known.get(id) !== each)));
  await markSessions(client, changedSessions(known, facts));
  const waited = placed.ids.length === 0 ? 0 : await deleteWaiting(client, placed.ids);
  if (waited !== placed.waited) throw new ConcurrentChangeError('what waited for a charging session');
  const newlyWaiting = waiting.length === 0 ? new Set() : await insertWaiting(client, waiting);

  const outcomes = new Map<number, SessionOutcome>();
  const outcomeOf = (message: number): SessionOutcome => {
    const outcome = outcomes.get(message) ?? { isFirst: false, newlyWaiting: 0, repeatedWaiting: 0 };
    outcomes.set(message, outcome);
    return outcome;
  };
  for (const event of events) {
    const outcome = outcomeOf(event.message);
    outcome.isFirst ||= firsts.has(event);
  }
  const wait = (message: number, isNew: boolean): void => {
    const outcome = outcomeOf(message);
    if (isNew) outcome.newlyWaiting += 1;
    else outcome.repeatedWaiting += 1;
  };
  for (const { message, isNew } of passed) wait(message, isNew);
  waiting.forEach(({ message }, index) => wait(message, newlyWaiting.has(index)));
  return outcomes;
}
