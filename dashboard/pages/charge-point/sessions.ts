import type { TimeRange } from '../../charts/time-range.js';
import type { Session } from './answers.js';

/** When it ran, as far as that is known; null: it isn't. One that was abandoned has no end, and is a moment. */
export function spanOfSession({ start, end, state }: Session, now: number): TimeRange | null {
  if (start === null) return null;
  const from = Date.parse(start);
  if (end !== null) return { from, to: Math.max(from, Date.parse(end)) };
  return { from, to: state === 'open' ? Math.max(from, now) : from };
}

export function spansOfSessions(sessions: readonly Session[], now: number): TimeRange[] {
  return sessions.map((session) => spanOfSession(session, now)).filter((span) => span !== null);
}
