import type { StartedSession } from '../../store/rollups/sessions-at.js';

/** Finds the session that a moment at a connector belongs to. Ask in the order of time. */
export class CoveringSessions {
  private readonly sessions: readonly StartedSession[];
  private next = 0;
  private current: StartedSession | null = null;

  constructor(sessions: readonly StartedSession[]) {
    this.sessions = [...sessions].sort(
      (a, b) => a.startedMs - b.startedMs || (a.externalId < b.externalId ? -1 : 1),
    );
  }

  /** The id of the one that began last before `ms` (or then), unless it was stopped before; null: none. */
  at(ms: number): number | null {
    for (
      let session = this.sessions[this.next];
      session !== undefined && session.startedMs <= ms;
      session = this.sessions[this.next]
    ) {
      this.current = session;
      this.next += 1;
    }
    if (this.current === null) return null;
    const { id, endedMs } = this.current;
    return endedMs !== null && endedMs < ms ? null : id;
  }
}
