import type { ChargingSession } from '../store/read/transactions.js';

export const SESSION_STATES = ['open', 'closed', 'abandoned'] as const;
/** closed: stopped, or its end was read; abandoned: it wasn't, and nothing was heard of it for a day; else open. */
export type SessionState = (typeof SESSION_STATES)[number];

const SILENCE_MS = 86_400_000;

type Told = Pick<ChargingSession, 'status' | 'endWasRead' | 'heardAt'>;

export function sessionState({ status, endWasRead, heardAt }: Told, nowMs: number): SessionState {
  if (status === 'ended' || status === 'unmatched' || endWasRead) return 'closed';
  return heardAt === null || heardAt.getTime() < nowMs - SILENCE_MS ? 'abandoned' : 'open';
}

/** When it began and ended: as it was told, else as it was read; null: not known, or not over. */
export function sessionTimes(session: ChargingSession, state: SessionState) {
  const { startedAt, endedAt, firstReadingAt, lastReadingAt } = session;
  return {
    start: startedAt ?? firstReadingAt,
    end: state === 'closed' ? (endedAt ?? lastReadingAt) : null,
  };
}
