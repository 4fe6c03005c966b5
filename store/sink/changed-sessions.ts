import type { SessionSpan } from '../rollups/mark-sessions.js';
import { placeOf, type SessionFacts } from './session-facts.js';

/** Where and from when on readings may belong to another session, now that this is known of some. */
export function changedSessions(
  before: ReadonlyMap<number, SessionFacts>,
  after: ReadonlyMap<number, SessionFacts>,
): SessionSpan[] {
  return [...after].flatMap(([id, now]) => {
    const then = before.get(id);
    return then === now ? [] : spansOf(id, then, now);
  });
}

/** A session whose Start or place isn't known, or whose Start has no time, covers nothing. */
function spansOf(id: number, then: SessionFacts | undefined, now: SessionFacts): SessionSpan[] {
  return [then, now].flatMap((facts) => {
    const fromMs = facts?.start?.startedAtMs ?? null;
    const place = facts === undefined ? null : placeOf(facts);
    return fromMs === null || place === null ? [] : [{ id, ...place, fromMs }];
  });
}
