import type { SessionSpan } from '../rollups/mark-sessions.js';
import type { SessionFacts } from './session-facts.js';

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

/** A session whose Start isn't known, or has no time, covers nothing. */
function spansOf(id: number, then: SessionFacts | undefined, now: SessionFacts): SessionSpan[] {
  return [then, now].flatMap((facts) => {
    const start = facts?.start;
    if (start?.startedAtMs === null || start?.startedAtMs === undefined) return [];
    const { evseId, connectorId, startedAtMs } = start;
    return [{ id, evseId, connectorId, fromMs: startedAtMs }];
  });
}
